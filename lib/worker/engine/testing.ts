import type { Database } from '#lib/db/client.ts';
import { onInventory } from '#lib/db/engine/on-inventory.ts';
import { onPresence } from '#lib/db/engine/on-presence.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import { exportVehicleKeys, openKeyring } from '#lib/keys/keyring.ts';
import { silentLog } from '#lib/log.ts';
import { type PinnedKeys, verifyEnvelope } from '#lib/protocol/envelope.ts';
import { OtaControl } from '#lib/protocol/ota-control.ts';
import type { OtaPhase } from '#lib/protocol/ota-status.ts';
import { Announcement, OtaUpdate } from '#lib/protocol/ota-update.ts';
import { parseTopic, TopicNames } from '#lib/protocol/topics.ts';
import { applyAssignmentEvents } from '#lib/services/apply-assignment-events.ts';
import type { Actor, ServiceContext } from '#lib/services/context.ts';
import { createEngineCore, type EngineCore } from './core.ts';
import type { EngineDeps } from './deps.ts';
import type { Publish } from './publish.ts';

export const topics = TopicNames.parse({});
export const admin: Actor = { kind: 'user', id: 'admin', name: 'Ada', role: 'admin' };
export const hardware = 'HW1';

/** A clock that stands until it is moved. */
export class FakeClock {
  #at: number;
  constructor(at: string) {
    this.#at = Date.parse(at);
  }
  now = () => new Date(this.#at);
  advance(minutes: number): void {
    this.#at += Math.round(minutes * 60_000);
  }
}

/** VIN of the n-th test vehicle. */
export function vinOf(n: number): string {
  return `TESTVEH${String(n).padStart(10, '0')}`;
}

export type Received = { vin: string; update: OtaUpdate };

export type EngineHarness = {
  db: Database;
  clock: FakeClock;
  deps: EngineDeps;
  core: EngineCore;
  ctx: ServiceContext;
  keys: PinnedKeys;
  /** Director documents as vehicles received them, oldest first; each was verified. */
  received: Received[];
  announced: { topic: string; announcement: Announcement }[];
  /** Messages on `OTA_Control/{vin}`. */
  controlled: { vin: string; message: OtaControl }[];
  /** Rejects publications while `publish` is set; `during` runs once while one is on its way. */
  broken: { publish: boolean; during?: (() => Promise<void>) | undefined };
  /** Runs the engine until it has nothing more to do at this instant. */
  settle(): Promise<void>;
};

/** The real engine over a real database, with a clock and a publish port of the test's own. */
export async function createHarness(db: Database, startsAt = '2026-11-02T08:00:00Z'): Promise<EngineHarness> {
  const clock = new FakeClock(startsAt);
  const keyring = await openKeyring(db.pool, 'a secret for the tests');
  const keys = await exportVehicleKeys(db.pool);
  const received: Received[] = [];
  const announced: EngineHarness['announced'] = [];
  const controlled: EngineHarness['controlled'] = [];
  const broken: EngineHarness['broken'] = { publish: false };
  const publish: Publish = async (topic, payload) => {
    if (broken.publish) throw new Error('the broker is away');
    await broken.during?.();
    const parsed = parseTopic(topics, topic);
    const json: unknown = JSON.parse(payload);
    if (parsed.kind === 'announcement') {
      const announcement = Announcement.parse(json);
      if (!verifyEnvelope(announcement, keys.announcement))
        throw new Error('an announcement with a bad signature');
      announced.push({ topic, announcement });
    } else if (parsed.kind === 'otaUpdate') {
      const update = OtaUpdate.parse(json);
      if (!verifyEnvelope(update, keys.director)) throw new Error('a Director document with a bad signature');
      received.push({ vin: parsed.vin, update });
    } else if (parsed.kind === 'otaControl') {
      controlled.push({ vin: parsed.vin, message: OtaControl.parse(json) });
    }
  };
  const deps: EngineDeps = {
    db,
    publish,
    log: silentLog(),
    keyring,
    topics,
    slot: 3,
    receipts: true,
    payloadUrl: (vin, sha256) => `http://payload.test/artifacts/${sha256}?vin=${vin}`,
  };
  const core = createEngineCore(deps);
  const settle = async () => {
    for (let round = 0; round < 200; round += 1) {
      const lead = await core.lead(clock.now);
      const { again, finished } = await core.dispatch(clock.now);
      const { published } = await finished;
      if (!lead.again && !again && published === 0 && !lead.moved) return;
    }
    throw new Error('the engine does not come to rest');
  };
  return {
    db,
    clock,
    deps,
    core,
    keys,
    received,
    announced,
    controlled,
    broken,
    settle,
    ctx: { db, actor: admin, now: clock.now },
  };
}

export type FleetOptions = {
  count: number;
  /** Number of the first vehicle. */
  from?: number;
  versionOf?: (n: number) => string;
  zoneOf?: (n: number) => string;
  onlineOf?: (n: number) => boolean;
  modelOf?: (n: number) => string;
};

/** Registers vehicles with a TCU-side BMS and VCU that have reported. */
export async function seedFleet(
  { db, clock }: Pick<EngineHarness, 'db' | 'clock'>,
  options: FleetOptions,
): Promise<string[]> {
  const { count, from = 0 } = options;
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const vins = numbers.map(vinOf);
  const versions = numbers.map((n) => options.versionOf?.(n) ?? '1.0.0');
  const keys = versions.map((version) => configurationKeyOf(version));
  const now = clock.now();
  await db.pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone)
     SELECT vin, model, 2025, 'EU', zone FROM unnest($1::text[], $2::text[], $3::text[]) AS u(vin, model, zone)`,
    [
      vins,
      numbers.map((n) => options.modelOf?.(n) ?? 'Falcon'),
      numbers.map((n) => options.zoneOf?.(n) ?? 'Etc/UTC'),
    ],
  );
  await db.pool.query(
    `INSERT INTO vehicle_states (vin, configuration_key, sequence, report_sequence, online, presence_at, last_seen_at, last_report_at)
     SELECT vin, key, 1, 1, online, $4, $4, $4 FROM unnest($1::text[], $2::text[], $3::boolean[]) AS u(vin, key, online)`,
    [vins, keys, numbers.map((n) => options.onlineOf?.(n) ?? true), now],
  );
  await db.pool.query(
    `INSERT INTO ecus (vin, ecu_id, type, hardware_version, software_version, status, changed_at)
     SELECT vin, e.id, e.id, $3, CASE e.id WHEN 'BMS' THEN version ELSE '5.0.0' END, 'ok', $4
     FROM unnest($1::text[], $2::text[]) AS u(vin, version), (VALUES ('BMS'), ('VCU')) AS e(id)`,
    [vins, versions, hardware, now],
  );
  return vins;
}

/** Key of the configuration of a test vehicle whose BMS runs `version`. */
export function configurationKeyOf(version: string): string {
  const ecu = (id: string, softwareVersion: string) => ({
    ecuId: id,
    type: id,
    hardwareVersion: hardware,
    softwareVersion,
    status: 'ok' as const,
    state: 'present' as const,
  });
  return configurationKey({ ecus: [ecu('BMS', version), ecu('VCU', '5.0.0')] });
}

/** A released release of a semver ECU type, with an artifact. */
export async function seedRelease(
  db: Database,
  id: string,
  { ecuType = 'BMS', version = '2.0.0' }: { ecuType?: string; version?: string } = {},
): Promise<string> {
  const sha256 = Buffer.from(id.padEnd(32, '.')).subarray(0, 32).toString('hex');
  await db.prisma.ecuType.upsert({
    where: { name: ecuType },
    create: { name: ecuType, versionScheme: 'semver' },
    update: {},
  });
  await db.prisma.artifact.create({
    data: { sha256, length: 1_000n, fileName: `${id}.bin`, storeKey: sha256 },
  });
  await db.prisma.release.create({
    data: {
      id,
      ecuType,
      version,
      hardwareVersions: [hardware],
      fromVersions: { kind: 'any' },
      preconditions: { parked: true, minimumBatteryPercent: 0, ignition: 'any' },
      state: 'released',
      releaseCounter: 1,
      artifactSha256: sha256,
      createdBy: 'test',
    },
  });
  return id;
}

/** Lets one test vehicle speak and report, as the worker's inbound would store it. */
export function vehicleOf(harness: Pick<EngineHarness, 'db' | 'clock' | 'deps'>, vin: string) {
  const { db, clock, deps } = harness;
  const options = () => ({ now: clock.now(), shard: deps.slot });
  const nextSequence = async () => {
    const { rows } = await db.pool.query<{ sequence: number }>(
      'UPDATE vehicle_states SET sequence = sequence + 1 WHERE vin = $1 RETURNING sequence::int AS sequence',
      [vin],
    );
    return rows[0]?.sequence ?? 0;
  };
  return {
    async says(
      campaignId: string,
      phase: OtaPhase,
      more: {
        attempt?: number;
        code?: string;
        ecuId?: string;
        partialEcus?: string[];
        sequence?: number;
      } = {},
    ) {
      const sequence = more.sequence ?? (await nextSequence());
      const { attempt = 1, code, ecuId, partialEcus } = more;
      return inTransaction(db.pool, (client) =>
        applyAssignmentEvents(
          client,
          [
            {
              vin,
              campaignId,
              event: {
                kind: 'status',
                attempt,
                order: { epoch: 1, sequence },
                phase,
                code,
                ecuId,
                partialEcus,
              },
              receivedAt: clock.now(),
              epoch: 1,
              sequence,
            },
          ],
          options(),
        ),
      );
    },
    async reports(versions: Record<string, string>) {
      const sequence = await nextSequence();
      return inTransaction(db.pool, async (client) => {
        const { rowCount } = await client.query(
          `UPDATE ecus e SET software_version = u.version
           FROM unnest($2::text[], $3::text[]) AS u(ecu, version)
           WHERE e.vin = $1 AND e.ecu_id = u.ecu AND e.software_version <> u.version`,
          [vin, Object.keys(versions), Object.values(versions)],
        );
        const key = configurationKeyOf(versions.BMS ?? '1.0.0');
        await client.query(
          'UPDATE vehicle_states SET report_sequence = $2, configuration_key = $3, last_report_at = $4 WHERE vin = $1',
          [vin, sequence, key, clock.now()],
        );
        return onInventory(client, [{ vin, epoch: 1, sequence, changed: (rowCount ?? 0) > 0 }], options());
      });
    },
    async goes(online: boolean) {
      return inTransaction(db.pool, async (client) => {
        await client.query('UPDATE vehicle_states SET online = $2 WHERE vin = $1', [vin, online]);
        const kind = online ? 'wentOnline' : 'wentOffline';
        return onPresence(client, [{ vin, kind, at: clock.now() }], options());
      });
    },
  };
}

/** States of a campaign's assignments, counted. */
export async function statesOf(db: Database, campaignId: string): Promise<Record<string, number>> {
  const { rows } = await db.pool.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int AS count FROM assignments WHERE campaign_id = $1 GROUP BY state ORDER BY state',
    [campaignId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
