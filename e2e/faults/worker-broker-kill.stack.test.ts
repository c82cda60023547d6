import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { keep } from '#lib/tcu/outbox.ts';
import { type Loop, startLoop } from '../fixtures/loop.ts';

const vehicles = 40;
const rounds = 25;
const waiting = { timeout: 90_000, interval: 100 };
const vins = Array.from({ length: vehicles }, (_, index) => `WVWZZZ1JZ${String(index).padStart(8, '0')}`);
const versionOf = (round: number) => `1.0.${round}`;

let loop: Loop;
/** What each TCU has ever sent: statuses and reports by sequence, and the logger's versions in the reports. */
const sent = new Map<string, { statuses: Set<number>; reports: number[]; versions: string[] }>();

beforeAll(async () => {
  loop = await startLoop({
    broker: 'embedded',
    vehicles: Object.fromEntries(vins.map((vin) => [vin, { IVI: '1.0.0', LOGGER: versionOf(0) }])),
    env: { WORKER_BATCH_SIZE: '20', WORKER_CONCURRENCY: '1' },
  });
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(loop.stack.output());
});
afterAll(() => loop?.stop());

/** Reports with a new version each and statuses, alternating, that wait in the outbox for the next connection. */
function fillOutbox(vin: string): void {
  const { state } = loop.vehicle(vin);
  const record = { statuses: new Set<number>(), reports: [] as number[], versions: [] as string[] };
  sent.set(vin, record);
  for (let round = 1; round <= rounds; round++) {
    const version = versionOf(round);
    for (const ecu of state.ecus) if (ecu.ecuId === 'LOGGER') ecu.softwareVersion = version;
    const { tcu } = state;
    const ecus = structuredClone(state.ecus);
    const report = keep(state, 'ecuDetails', { v: 1, vin, sequence: 0, tcu, ecus });
    record.reports.push(report.message.sequence);
    record.versions.push(version);
    const about = { campaignId: 'one that is long gone', attempt: 1, phase: 'downloading' };
    const status = keep(state, 'otaStatus', { v: 1, vin, sequence: 0, ...about, progress: round });
    record.statuses.add(status.message.sequence);
  }
}

const count = async (sql: string) => Number((await loop.database.pool.query(sql)).rows[0].n);
const stored = () =>
  count(
    "SELECT (SELECT count(*) FROM ecu_versions WHERE ecu_id = 'LOGGER') + count(*) AS n FROM timeline_events WHERE kind = 'status'",
  );

/**
 * Sequence of the last report or status of which the TCU has been told "committed": it has left the outbox.
 * Heartbeats take numbers in between, but never wait for a word.
 */
function committedAsSeen(vin: string): number {
  const waits = loop.vehicle(vin).state.outbox[0]?.message.sequence ?? Number.POSITIVE_INFINITY;
  const { statuses = [], reports = [] } = sent.get(vin) ?? {};
  return Math.max(0, ...[...statuses, ...reports].filter((sequence) => sequence < waits));
}

async function expectNothingPromisedTooEarly(): Promise<void> {
  const seen = vins.map((vin) => [vin, committedAsSeen(vin)] as const);
  const rows = await loop.database.prisma.vehicleState.findMany({ select: { vin: true, sequence: true } });
  const sequences = new Map(rows.map(({ vin, sequence }) => [vin, Number(sequence)]));
  const broken = seen.filter(([vin, sequence]) => (sequences.get(vin) ?? 0) < sequence);
  expect(broken).toEqual([]);
}

test('kill -9 of the worker, then of the broker, with 2,000 reports and statuses in flight', async () => {
  const releaseId = await loop.release('IVI', '2.0.0');
  const campaignId = await loop.start({
    name: 'In the storm',
    kind: 'continuous',
    releaseIds: [releaseId],
    target: { kind: 'ecu', ecuType: 'IVI' },
  });
  for (const vin of vins) {
    fillOutbox(vin);
    loop.drive(vin, {}, (event) => {
      if (event.kind === 'status') sent.get(vin)?.statuses.add(event.status.sequence);
    });
  }
  const total = 2 * rounds * vehicles;
  await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(total / 10), {
    ...waiting,
    interval: 5,
  });
  await loop.stack.kill('worker');
  await expectNothingPromisedTooEarly();
  const atWorkerKill = await stored();
  expect(atWorkerKill).toBeLessThan(total);

  await loop.stack.restart('worker');
  await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(atWorkerKill), {
    ...waiting,
    interval: 5,
  });
  await loop.stack.kill('broker');
  await expectNothingPromisedTooEarly();
  expect(await stored()).toBeLessThan(total);
  await loop.stack.restart('broker');

  await vi.waitFor(
    () => expect(vins.filter((vin) => loop.vehicle(vin).state.outbox.length > 0)).toEqual([]),
    waiting,
  );
  await vi.waitFor(
    async () => expect(new Set(Object.values(await loop.states(campaignId)))).toEqual(new Set(['confirmed'])),
    waiting,
  );
  await vi.waitFor(
    () => expect(vins.filter((vin) => loop.vehicle(vin).state.outbox.length > 0)).toEqual([]),
    waiting,
  );
  await expectNothingPromisedTooEarly();

  const { pool } = loop.database;
  const history = await pool.query<{ vin: string; versions: string[] }>(
    `SELECT vin, array_agg(software_version ORDER BY epoch, sequence) AS versions
     FROM ecu_versions WHERE ecu_id = 'LOGGER' GROUP BY vin`,
  );
  const versions = new Map(history.rows.map((row) => [row.vin, row.versions]));
  const statuses = await pool.query<{ vin: string; sequences: number[] }>(
    `SELECT vin, array_agg(sequence::int ORDER BY sequence) AS sequences
     FROM timeline_events WHERE kind = 'status' GROUP BY vin`,
  );
  const sequences = new Map(statuses.rows.map((row) => [row.vin, row.sequences]));
  for (const vin of vins) {
    expect(versions.get(vin)).toEqual(sent.get(vin)?.versions);
    expect(sequences.get(vin)).toEqual([...(sent.get(vin)?.statuses ?? [])].sort((a, b) => a - b));
  }
  expect(Object.keys(await loop.states(campaignId)).sort()).toEqual(vins);
  await expectCountersToEqualRecount(campaignId);
  const quarantine = await loop.database.prisma.quarantine.findMany();
  expect(quarantine).toEqual([]);
});

async function expectCountersToEqualRecount(campaignId: string): Promise<void> {
  const counted = await loop.database.pool.query(
    `SELECT wave, state, sum(count)::int AS count FROM assignment_counters
     WHERE campaign_id = $1 GROUP BY wave, state HAVING sum(count) <> 0 ORDER BY wave, state`,
    [campaignId],
  );
  const recount = await loop.database.pool.query(
    `SELECT wave, state, count(*)::int AS count FROM assignments
     WHERE campaign_id = $1 GROUP BY wave, state ORDER BY wave, state`,
    [campaignId],
  );
  expect(counted.rows).toEqual(recount.rows);
}
