import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { createHarness, seedFleet, seedRelease, statesOf, vinOf } from './testing.ts';
import { type Behaviour, VirtualFleet } from './virtual-fleet.ts';

const database = await createTestDatabase({ pipeline: true });
afterAll(() => database.drop());

const VEHICLES = 20_000;
const STEP_MINUTES = 60;
const STEPS_A_DAY = (24 * 60) / STEP_MINUTES;
const DAYS = 9;
const zones = [
  'Pacific/Auckland',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Asia/Dubai',
  'Europe/Moscow',
  'Africa/Johannesburg',
  'Europe/Berlin',
  'Europe/London',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Denver',
  'America/Los_Angeles',
];

const isThere = (n: number) => n % 200 === 60;
const isOfflineForDays = (n: number) => n % 10 === 3;
/** 5 % fail: some once, so that their retry succeeds. */
function behaviourOf(n: number): Behaviour {
  const kind = n % 200;
  if (kind < 6) return 'fails_always';
  if (kind < 10) return 'fails_once';
  if (kind === 20) return 'declines';
  if (kind === 21 || kind === 22) return 'defers_once';
  if (kind === 31) return 'claims_falsely';
  if (kind === 41) return 'never_answers';
  return 'obeys';
}

const expectedOf: Record<Behaviour, string> = {
  obeys: 'confirmed',
  fails_once: 'confirmed',
  fails_always: 'rolled_back',
  declines: 'declined',
  defers_once: 'confirmed',
  claims_falsely: 'failed',
  never_answers: 'unreachable',
};

it('leads 20,000 vehicles in 12 zones through nine days to the right end, and explains each of them', {
  timeout: 400_000,
}, async () => {
  const harness = await createHarness(database, '2026-10-20T00:00:00Z');
  const { db, ctx, clock } = harness;
  const zoneOf = (n: number) => zones[n % zones.length] ?? 'Etc/UTC';
  const versionOf = (n: number) => (isThere(n) ? '2.0.0' : '1.0.0');
  for (let from = 0; from < VEHICLES; from += 5_000) {
    await seedFleet(harness, {
      count: 5_000,
      from,
      zoneOf,
      versionOf,
      onlineOf: (n) => !isOfflineForDays(n),
    });
  }
  await db.pool.query('ANALYZE');
  await seedRelease(db, 'bms-2');
  const gate = { successThreshold: 0.8, minimumSample: 20, soakMinutes: 120, manual: false };
  const { campaignId } = await createCampaign(ctx, {
    name: 'Nine days',
    releaseIds: ['bms-2'],
    waves: [
      { name: 'Canary', size: { kind: 'percent', percent: 1 }, gate },
      { name: 'Tenth', size: { kind: 'percent', percent: 9 }, gate },
      { name: 'Rest', size: { kind: 'rest' }, gate },
    ],
    errorThreshold: { rate: 0.1, minimumSample: 50 },
    rate: { maximumPerMinute: 1_000_000 },
    schedule: {
      endAt: new Date(clock.now().getTime() + DAYS * 86_400_000).toISOString(),
      endBehaviour: 'cancel_not_begun',
      windows: [{ startsAt: '01:30', durationMinutes: 240 }],
    },
    retry: { retries: { installation: 1 }, backOffMinutes: 60, backOffFactor: 2 },
    timeouts: { acknowledgeMinutes: 180, downloadMinutes: 600, installMinutes: 600, confirmMinutes: 600 },
  });
  const fleet = new VirtualFleet(harness, () => campaignId, VEHICLES, behaviourOf);
  const { digest, reviewed } = await previewCampaign(ctx, { campaignId });
  await startCampaign(ctx, { campaignId, digest, reviewed });
  await harness.settle();
  // Postgres has seen these tables empty until now.
  await db.pool.query('ANALYZE');

  const offline = Array.from({ length: VEHICLES }, (_, n) => n).filter(isOfflineForDays);
  for (let step = 0; step <= DAYS * STEPS_A_DAY; step += 1) {
    if (step % STEPS_A_DAY === 0) {
      const day = step / STEPS_A_DAY;
      const back = offline.filter((n) => day === 3 + (((n / 10) | 0) % 3)).map(vinOf);
      if (back.length > 0) await fleet.go(back, true);
    }
    await harness.settle();
    await fleet.step();
    if (step % STEPS_A_DAY === 0)
      expect(await readCounters(db.pool, campaignId)).toEqual(await recount(db.pool, campaignId));
    clock.advance(STEP_MINUTES);
  }
  await harness.settle();
  await fleet.step();
  await harness.settle();

  const campaign = await db.prisma.campaign.findUniqueOrThrow({ where: { id: campaignId } });
  expect(campaign).toMatchObject({ state: 'completed', sweep: null, targetCount: VEHICLES });

  const expected: Record<string, number> = {};
  for (let n = 0; n < VEHICLES; n += 1) {
    const state = isThere(n) ? 'already_installed' : expectedOf[behaviourOf(n)];
    expected[state] = (expected[state] ?? 0) + 1;
  }
  expect(await statesOf(db, campaignId)).toEqual(expected);
  expect(await readCounters(db.pool, campaignId)).toEqual(await recount(db.pool, campaignId));

  // Every vehicle's timeline is an unbroken chain of states from the plan to its end.
  const unexplained = await db.pool.query(
    `WITH moves AS (
       SELECT t.vin, t.id, t.from_state, t.to_state,
              lag(t.to_state, 1, 'pending') OVER (PARTITION BY t.vin ORDER BY t.id) AS before
       FROM timeline_events t WHERE t.campaign_id = $1 AND t.to_state IS NOT NULL
     ), broken AS (SELECT vin FROM moves WHERE from_state <> before),
     ends AS (SELECT DISTINCT ON (vin) vin, to_state FROM moves ORDER BY vin, id DESC)
     SELECT a.vin, a.state FROM assignments a LEFT JOIN ends e ON e.vin = a.vin
     WHERE a.campaign_id = $1 AND (a.vin IN (SELECT vin FROM broken)
       OR (a.state <> 'already_installed' AND e.to_state IS DISTINCT FROM a.state))`,
    [campaignId],
  );
  expect(unexplained.rows).toEqual([]);

  // Nobody was offered anything outside of the window of his own zone.
  const outside = await db.pool.query(
    `SELECT t.vin, t.at FROM timeline_events t JOIN vehicles v ON v.vin = t.vin
     WHERE t.kind = 'notified' AND NOT (
       (t.at AT TIME ZONE v.time_zone)::time >= '01:30' AND (t.at AT TIME ZONE v.time_zone)::time < '05:30')
     LIMIT 5`,
  );
  expect(outside.rows).toEqual([]);
});
