import { describe, expect, it } from 'vitest';
import { acknowledgeFailures } from '#lib/services/acknowledge-failures.ts';
import { excludeVehicles } from '#lib/services/exclude-vehicles.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { resumeCampaign } from '#lib/services/resume-campaign.ts';
import { retireVehicle } from '#lib/services/retire-vehicle.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, resume, said, stateOf, campaignOf, inSync } = engine;

/** Resumes without giving the engine a chance to carry it out. */
async function order(campaignId: string, deed: 'pause' | 'resume'): Promise<void> {
  const { ctx } = engine.harness;
  if (deed === 'pause') {
    await pauseCampaign(ctx, { campaignId });
    return;
  }
  const { digest, reviewed } = await previewCampaign(ctx, { campaignId });
  await resumeCampaign(ctx, { campaignId, digest, reviewed });
}

describe('pauses and resumptions that overtake one another', () => {
  it('lose no vehicle where a pause comes before the resumption was told to all', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin();
    await order(campaignId, 'pause');
    await engine.harness.settle();
    await vehicleOf(engine.harness, vin).says(campaignId, 'cancelled');
    engine.harness.clock.advance(1);
    await order(campaignId, 'resume');
    engine.harness.clock.advance(1);
    await order(campaignId, 'pause');
    await engine.harness.settle();
    expect(await stateOf(campaignId, vin)).toBe('cancelled');
    engine.harness.clock.advance(1);
    await resume(campaignId);
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin).at(-1)?.targets).not.toEqual({});
    await inSync(campaignId);
  });

  it('withdraw nothing for a pause that was taken back while the offer was on its way', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const { harness } = engine;
    const query = database.pool.query.bind(database.pool);
    let campaignId = '';
    harness.broken.during = async () => {
      harness.broken.during = undefined;
      campaignId = (await database.prisma.campaign.findFirstOrThrow()).id;
      await order(campaignId, 'pause');
      await harness.core.lead(harness.clock.now);
      // Between the worker's look at the campaign and what it does about it, a person resumes.
      Object.assign(database.pool, {
        query: async (...args: Parameters<typeof query>) => {
          const result = await query(...args);
          if (String(args[0]).includes('SELECT state FROM campaigns')) {
            Object.assign(database.pool, { query });
            await order(campaignId, 'resume');
            await harness.core.lead(harness.clock.now);
          }
          return result;
        },
      });
    };
    await begin().finally(() => Object.assign(database.pool, { query }));
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'running' });
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin).at(-1)?.targets).not.toEqual({});
    await inSync(campaignId);
  });
});

describe('what a person leaves out', () => {
  it('stays out where it was excluded while the campaign was paused', async () => {
    const vins = await seedFleet(engine.harness, { count: 8 });
    const campaignId = await begin({ errorThreshold: { rate: 0.1, minimumSample: 2 } });
    const [first = '', second = '', third = '', ...others] = vins;
    for (const vin of [first, second])
      await vehicleOf(engine.harness, vin).says(campaignId, 'failed', { code: 'flash_error', ecuId: 'BMS' });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused' });
    await vehicleOf(engine.harness, third).says(campaignId, 'cancelled');
    await excludeVehicles(engine.harness.ctx, {
      campaignId,
      cluster: { reasonCode: 'flash_error', ecuId: 'BMS', fromVersion: '1.0.0' },
      comment: 'this from-version bricks',
    });
    await acknowledgeFailures(engine.harness.ctx, { campaignId, comment: 'known' });
    await resume(campaignId);
    for (const vin of [third, ...others]) {
      expect(said(vin).map(({ targets }) => Object.keys(targets).length)).toEqual([1, 0]);
      expect(said(vin)).toHaveLength(2);
    }
    expect(await stateOf(campaignId, third)).toBe('excluded');
    // Those that have not answered the cancellation yet are settled by it.
    for (const vin of others) await vehicleOf(engine.harness, vin).says(campaignId, 'cancelled');
    await engine.harness.settle();
    expect(await statesOf(database, campaignId)).toEqual({ cancelled: 5, excluded: 1, failed: 2 });
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed' });
    await inSync(campaignId);
  });

  it('shows on the timelines of the vehicles whose failures were acknowledged', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 2 });
    const campaignId = await begin({ errorThreshold: { rate: 1, minimumSample: 1 } });
    await vehicleOf(engine.harness, vin).says(campaignId, 'failed', { code: 'flash_error', ecuId: 'BMS' });
    await acknowledgeFailures(engine.harness.ctx, { campaignId, comment: 'a known harness fault' });
    const rows = await database.prisma.timelineEvent.findMany({ where: { kind: 'failure_acknowledged' } });
    expect(rows).toMatchObject([
      {
        vin,
        campaignId,
        attempt: 1,
        code: 'flash_error',
        detail: 'a known harness fault',
        data: { by: 'Ada' },
      },
    ]);
  });
});

describe('a retired vehicle', () => {
  it('is settled wherever it stood, so that its campaign can end', async () => {
    const { harness } = engine;
    const [away = '', told = '', other = ''] = await seedFleet(harness, { count: 3, onlineOf: (n) => n > 0 });
    const campaignId = await begin();
    await vehicleOf(harness, told).says(campaignId, 'downloading');
    for (const vin of [away, told]) await retireVehicle(harness.ctx, { vin, reason: 'scrapped' });
    await vehicleOf(harness, other).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    harness.clock.advance(11);
    await harness.settle();
    expect(await stateOf(campaignId, away)).toBe('excluded');
    expect(await stateOf(campaignId, told)).toBe('cancelled');
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed' });
    await inSync(campaignId);
  });
});
