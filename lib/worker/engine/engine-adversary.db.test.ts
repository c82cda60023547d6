import { expect, it } from 'vitest';
import { abortCampaign } from '#lib/services/abort-campaign.ts';
import { clearBlock } from '#lib/services/clear-block.ts';
import { withdrawRelease } from '#lib/services/withdraw-release.ts';
import { controlledEngine } from './control-testing.ts';
import { createEngineCore, type EngineCore } from './core.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, said, stateOf, campaignOf, inSync } = engine;
const dispatchWhole = async (core: EngineCore) => (await core.dispatch(engine.harness.clock.now)).finished;
/** What a TCU follows of all that was said to it: the highest version, in whatever order they came. */
const followedBy = (vin: string) =>
  said(vin)
    .toSorted((a, b) => a.version - b.version)
    .at(-1);
const atTarget = { BMS: '2.0.0', VCU: '5.0.0' };

it('offers each vehicle once where two workers dispatch at the same time', async () => {
  const { harness } = engine;
  await seedFleet(harness, { count: 120 });
  harness.broken.publish = true;
  const campaignId = await begin({ rate: { maximumPerMinute: 1_000_000 } });
  harness.broken.publish = false;
  harness.clock.advance(1);
  const other = createEngineCore({ ...harness.deps, slot: 4 });
  await Promise.all([
    dispatchWhole(harness.core),
    dispatchWhole(other),
    harness.core.lead(harness.clock.now),
  ]);
  await harness.settle();
  expect(harness.received).toHaveLength(120);
  expect(new Set(harness.received.map(({ vin }) => vin)).size).toBe(120);
  expect(await statesOf(database, campaignId)).toEqual({ notified: 120 });
  await inSync(campaignId);
});

it('leaves nobody with an offer where the abort comes while two workers dispatch', async () => {
  const { harness } = engine;
  const vins = await seedFleet(harness, { count: 60 });
  const other = createEngineCore({ ...harness.deps, slot: 4 });
  let campaignId = '';
  harness.broken.during = async () => {
    harness.broken.during = undefined;
    campaignId = (await database.prisma.campaign.findFirstOrThrow()).id;
    await abortCampaign(harness.ctx, { campaignId, mode: 'cancel_all' });
    await Promise.all([dispatchWhole(other), other.lead(harness.clock.now)]);
  };
  await begin({ rate: { maximumPerMinute: 1_000_000 } });
  await harness.settle();
  expect(await campaignOf(campaignId)).toMatchObject({ state: 'aborted', sweep: null });
  for (const vin of vins) expect(followedBy(vin)?.targets ?? {}).toEqual({});
  const open = await database.prisma.assignment.count({ where: { campaignId, finishedAt: null } });
  expect(open).toBe(0);
  await inSync(campaignId);
});

it('takes back an offer that nobody knows the fate of, though its vehicle went offline before the abort', async () => {
  const { harness } = engine;
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  // As if its worker had died between the broker and the database.
  harness.broken.publish = true;
  const campaignId = await begin();
  harness.broken.publish = false;
  await database.pool.query('UPDATE vehicle_states SET online = false');
  harness.clock.advance(2);
  await harness.settle();
  expect(said(vin)).toEqual([]);
  await abortCampaign(harness.ctx, { campaignId, mode: 'cancel_all' });
  await harness.settle();
  await vehicleOf(harness, vin).goes(true);
  await harness.settle();
  expect(said(vin).map(({ version, targets }) => [version, Object.keys(targets).length])).toEqual([[2, 0]]);
  await inSync(campaignId);
});

it.each([
  ['the same document', 'SELECT 1', 1],
  [
    'a new one where its key counts no more',
    `UPDATE director_documents SET envelope = replace(envelope::text,
     envelope->'signatures'->0->>'keyid', repeat('0', 64))::json`,
    2,
  ],
  [
    'a new one where it was signed ahead for something else',
    "UPDATE director_documents SET basis = 'other'",
    2,
  ],
])('publishes after a lease that ran out %s', async (_, change, version) => {
  const { harness } = engine;
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  harness.broken.publish = true;
  const campaignId = await begin();
  harness.broken.publish = false;
  await database.pool.query(change);
  harness.clock.advance(2);
  await harness.settle();
  expect(said(vin).map((signed) => signed.version)).toEqual([version]);
  await inSync(campaignId);
});

it('takes an offer back by a higher version where the cancellation arrives before it', async () => {
  const { harness } = engine;
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  const other = createEngineCore({ ...harness.deps, slot: 4 });
  harness.broken.during = async () => {
    harness.broken.during = undefined;
    const { id: campaignId } = await database.prisma.campaign.findFirstOrThrow();
    await abortCampaign(harness.ctx, { campaignId, mode: 'cancel_all' });
    await other.lead(harness.clock.now);
    await dispatchWhole(other);
  };
  const campaignId = await begin();
  await harness.settle();
  expect(said(vin).map(({ targets }) => Object.keys(targets).length)).toEqual([0, 1]);
  expect(followedBy(vin)?.targets).toEqual({});
  expect(await statesOf(database, campaignId)).toEqual({ unreachable: 1 });
});

it('takes late proof after a time-out, a later regression, and proof once more', async () => {
  const { harness } = engine;
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  const campaignId = await begin({
    timeouts: { confirmMinutes: 10 },
    errorThreshold: { rate: 1, minimumSample: 1 },
  });
  const vehicle = vehicleOf(harness, vin);
  for (const phase of ['accepted', 'installing', 'installed'] as const) await vehicle.says(campaignId, phase);
  harness.clock.advance(11);
  await harness.settle();
  expect(await stateOf(campaignId, vin)).toBe('timed_out');
  await vehicle.reports(atTarget);
  expect(await stateOf(campaignId, vin)).toBe('confirmed');
  await vehicle.reports({ BMS: '1.0.0', VCU: '5.0.0' });
  expect(await stateOf(campaignId, vin)).toBe('regressed');
  await vehicle.reports(atTarget);
  const row = await database.prisma.assignment.findFirstOrThrow({ where: { campaignId, vin } });
  expect(row).toMatchObject({ state: 'confirmed', late: true });
  await inSync(campaignId);
});

it('asks a vehicle that says “already installed” for its report until it is proven', async () => {
  const { harness } = engine;
  const [honest = '', wrong = ''] = await seedFleet(harness, { count: 2 });
  const campaignId = await begin({ kind: 'continuous', errorThreshold: { rate: 1, minimumSample: 1 } });
  for (const vin of [honest, wrong]) {
    const { reportRequests } = await vehicleOf(harness, vin).says(campaignId, 'already_installed');
    expect(reportRequests).toEqual([vin]);
  }
  const asked = () => harness.controlled.filter(({ message }) => message.kind === 'report').length;
  harness.clock.advance(61);
  await harness.settle();
  expect(asked()).toBe(2);
  await vehicleOf(harness, honest).reports(atTarget);
  await vehicleOf(harness, wrong).reports({ BMS: '1.0.0', VCU: '5.0.0' });
  expect(await statesOf(database, campaignId)).toEqual({ already_installed: 1, failed: 1 });
  harness.clock.advance(61);
  await harness.settle();
  expect(asked()).toBe(2);
  await inSync(campaignId);
});

it('says what is under way at a withdrawal, and offers nothing more', async () => {
  const { harness } = engine;
  const [told = '', away = ''] = await seedFleet(harness, { count: 2, onlineOf: (n) => n === 0 });
  const campaignId = await begin();
  await vehicleOf(harness, told).says(campaignId, 'installing');
  const { campaigns } = await withdrawRelease(harness.ctx, { id: 'bms-2', reason: 'bricks the BMS' });
  expect(campaigns).toMatchObject([{ campaignId, underWay: 1, waiting: 1 }]);
  await vehicleOf(harness, away).goes(true);
  // Even before the leader has seen it.
  await dispatchWhole(harness.core);
  await harness.settle();
  expect(said(away)).toEqual([]);
  expect(await stateOf(campaignId, told)).toBe('installing');
  expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused' });
});

it('offers again after a person has cleared a failed rollback', async () => {
  const { harness } = engine;
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  const first = await begin({ errorThreshold: { rate: 1, minimumSample: 1 } });
  await vehicleOf(harness, vin).says(first, 'failed', { code: 'partial', partialEcus: ['BMS'] });
  const second = await begin();
  expect(await statesOf(database, second)).toEqual({ pending: 1 });
  await clearBlock(harness.ctx, { vin, comment: 'flashed in the workshop' });
  await vehicleOf(harness, vin).goes(true);
  await harness.settle();
  expect(said(vin).at(-1)).toMatchObject({ campaignId: second });
});
