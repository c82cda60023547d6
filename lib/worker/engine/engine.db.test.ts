import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { createHarness, seedFleet, seedRelease, statesOf, vehicleOf } from './testing.ts';

const database = await createTestDatabase({ pipeline: true });
afterAll(() => database.drop());

it('leads a static targeted campaign from its start to completed, proven by inventory', async () => {
  const harness = await createHarness(database);
  const { db, ctx, clock } = harness;
  const vins = await seedFleet(harness, {
    count: 6,
    versionOf: (n) => (n === 0 ? '2.0.0' : '1.0.0'),
    onlineOf: (n) => n !== 5,
  });
  await seedRelease(db, 'bms-2');
  const { campaignId } = await createCampaign(ctx, { name: 'BMS 2', releaseIds: ['bms-2'] });
  const preview = await previewCampaign(ctx, { campaignId });
  expect(preview).toMatchObject({ targeted: 6, eligible: 5, alreadyInstalled: 1, excluded: 0 });

  await startCampaign(ctx, { campaignId, digest: preview.digest, reviewed: preview.reviewed });
  await harness.settle();
  expect(await statesOf(db, campaignId)).toEqual({ already_installed: 1, notified: 4, pending: 1 });
  expect(harness.received.map(({ vin }) => vin).sort()).toEqual(vins.slice(1, 5));
  const [first] = harness.received;
  expect(first?.update.signed).toMatchObject({ version: 1, campaignId, attempt: 1 });
  expect(Object.values(first?.update.urls ?? {})).toHaveLength(1);

  for (const vin of vins.slice(1)) {
    const vehicle = vehicleOf(harness, vin);
    await vehicle.goes(true);
    await harness.settle();
    clock.advance(1);
    for (const phase of [
      'received',
      'accepted',
      'downloading',
      'verified',
      'installing',
      'installed',
    ] as const) {
      await vehicle.says(campaignId, phase);
    }
    await vehicle.reports({ BMS: '2.0.0', VCU: '5.0.0' });
  }
  expect(await statesOf(db, campaignId)).toEqual({ already_installed: 1, confirmed: 5 });
  await harness.settle();
  const campaign = await db.prisma.campaign.findUniqueOrThrow({
    where: { id: campaignId },
    include: { waves: true },
  });
  expect(campaign).toMatchObject({
    state: 'completed',
    planState: 'planned',
    plannedCount: 6,
    targetCount: 6,
  });
  expect(campaign.waves.map(({ state }) => state)).toEqual(['finished']);
  expect(await readCounters(db.pool, campaignId)).toEqual(await recount(db.pool, campaignId));

  const timeline = await db.prisma.timelineEvent.findMany({
    where: { vin: vins[1] ?? '', campaignId },
    orderBy: { id: 'asc' },
  });
  expect(timeline.map(({ kind, phase, toState }) => [kind, phase, toState])).toEqual([
    ['notified', null, 'notified'],
    ['status', 'received', 'acknowledged'],
    ['status', 'accepted', 'acknowledged'],
    ['status', 'downloading', 'downloading'],
    ['status', 'verified', 'verified'],
    ['status', 'installing', 'installing'],
    ['status', 'installed', 'installed'],
    ['inventory', null, 'confirmed'],
  ]);
  expect(timeline[1]?.latencyMs).toBe(60_000);
});
