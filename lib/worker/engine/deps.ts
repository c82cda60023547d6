import type { Database } from '#lib/db/client.ts';
import type { Keyring } from '#lib/keys/keyring.ts';
import type { Log } from '#lib/log.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import type { Publish } from './publish.ts';

/** What every part of the engine works with. */
export type EngineDeps = {
  db: Database;
  publish: Publish;
  log: Log;
  keyring: Keyring;
  topics: TopicNames;
  /** Whether the broker tells of deliveries (`OTA_Receipt`); the embedded one does. */
  receipts: boolean;
  /** Worker slot: name of its leases and shard of its counters. */
  slot: number;
  /** URL under which a vehicle may fetch an artifact for a while. */
  payloadUrl(vin: string, sha256: string, now: Date): string;
};
