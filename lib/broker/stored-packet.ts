import type { StoredPacket } from 'aedes-persistence-level/asyncPersistence.js';
import type { Delivery } from './delivery.ts';

/** A message that waits for a client, or the PUBREL that is left of it at QoS 2. */
export type QueuedPacket = StoredPacket & { delivery?: Delivery | undefined };

/** One queued message as LevelDB had it before the journal: length of the header, header as JSON, payload. */
export function decodePacket(bytes: Buffer): QueuedPacket {
  const end = 4 + bytes.readUInt32BE(0);
  return { ...JSON.parse(bytes.toString('utf8', 4, end)), payload: bytes.subarray(end) };
}

/** The client in a key of LevelDB, `kind:client:…`. */
export function clientOfKey(key: string): string {
  return decodeURIComponent(key.split(':')[1] ?? '');
}
