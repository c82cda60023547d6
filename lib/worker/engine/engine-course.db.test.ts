import { describe, expect, it } from 'vitest';
import { abortCampaign } from '#lib/services/abort-campaign.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { submitCampaign } from '#lib/services/submit-campaign.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, resume, said, stateOf, campaignOf, inSync } = engine;

describe('pause, resume, abort', () => {
  it('withdraws offers by a signed higher version and makes them anew', async () => {
    const [vin = '', installing = ''] = await seedFleet(engine.harness, { count: 2 });
    const campaignId = await begin();
    await vehicleOf(engine.harness, installing).says(campaignId, 'installing');
    await pauseCampaign(engine.harness.ctx, { campaignId, comment: 'wait' });
    await engine.harness.settle();
    expect(said(vin).map(({ version, targets }) => [version, Object.keys(targets).length])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(said(installing)).toHaveLength(1);
    await vehicleOf(engine.harness, vin).says(campaignId, 'cancelled');
    expect(await statesOf(database, campaignId)).toEqual({ cancelled: 1, installing: 1 });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused' });

    await resume(campaignId);
    expect(said(vin).at(-1)).toMatchObject({ version: 3, campaignId, attempt: 1 });
    expect(await statesOf(database, campaignId)).toEqual({ installing: 1, notified: 1 });
    await inSync(campaignId);
  });

  it('makes the offer anew where the answer to the pause comes after the resumption', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin();
    await pauseCampaign(engine.harness.ctx, { campaignId });
    await engine.harness.settle();
    await resume(campaignId);
    await vehicleOf(engine.harness, vin).says(campaignId, 'cancelled');
    await engine.harness.settle();
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin).at(-1)?.targets).not.toEqual({});
  });

  it('withdraws what was being published while the pause came', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    let campaignId = '';
    engine.harness.broken.during = async () => {
      engine.harness.broken.during = undefined;
      campaignId = (await database.prisma.campaign.findFirstOrThrow()).id;
      await pauseCampaign(engine.harness.ctx, { campaignId });
      // The sweep of the pause passes while the offer is still on its way.
      await engine.harness.core.lead(engine.harness.clock.now);
    };
    await begin();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused', sweep: null });
    expect(said(vin).map(({ targets }) => Object.keys(targets).length)).toEqual([1, 0]);
    await resume(campaignId);
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin)).toHaveLength(3);
  });

  it('aborts as the operator chose', async () => {
    const [waiting = '', told = '', loading = '', installing = ''] = await seedFleet(engine.harness, {
      count: 4,
      onlineOf: (n) => n !== 0,
    });
    const campaignId = await begin();
    await vehicleOf(engine.harness, loading).says(campaignId, 'downloading');
    await vehicleOf(engine.harness, installing).says(campaignId, 'installing');
    await abortCampaign(engine.harness.ctx, { campaignId, mode: 'cancel_all' });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'aborted', sweep: null });
    expect(await stateOf(campaignId, waiting)).toBe('unreachable');
    expect(await stateOf(campaignId, told)).toBe('unreachable');
    expect(said(told)).toHaveLength(2);
    expect(said(loading).at(-1)?.targets).toEqual({});
    expect(said(installing)).toHaveLength(1);
    await vehicleOf(engine.harness, loading).says(campaignId, 'cancelled');
    await vehicleOf(engine.harness, installing).says(campaignId, 'installed');
    await vehicleOf(engine.harness, installing).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    expect(await stateOf(campaignId, installing)).toBe('confirmed');
    expect(await stateOf(campaignId, loading)).toBe('cancelled');
    await inSync(campaignId);
  });
});

describe('the clock', () => {
  const scheduled = async () => {
    const { ctx, clock } = engine.harness;
    const startAt = new Date(clock.now().getTime() + 3_600_000).toISOString();
    const endAt = new Date(clock.now().getTime() + 7_200_000).toISOString();
    const { campaignId } = await createCampaign(ctx, {
      name: 'Later',
      releaseIds: ['bms-2'],
      schedule: { startAt, endAt },
      rate: { maximumPerMinute: 100_000 },
    });
    const { digest, reviewed } = await previewCampaign(ctx, { campaignId });
    await submitCampaign(ctx, { campaignId, digest, reviewed });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'scheduled' });
    return campaignId;
  };

  it('starts a scheduled campaign, and ends it with what nobody answered as unreachable', async () => {
    await seedFleet(engine.harness, { count: 3, onlineOf: (n) => n > 0 });
    const campaignId = await scheduled();
    engine.harness.clock.advance(60);
    await engine.harness.settle();
    expect(await statesOf(database, campaignId)).toEqual({ notified: 2, pending: 1 });
    engine.harness.clock.advance(60);
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed', sweep: null });
    expect(await statesOf(database, campaignId)).toEqual({ unreachable: 3 });
    expect(engine.harness.received.slice(2).map(({ update }) => update.signed.targets)).toEqual([{}, {}]);
    await inSync(campaignId);
  });

  it('starts nothing that nobody has reviewed as it now is', async () => {
    await seedFleet(engine.harness, { count: 3 });
    const campaignId = await scheduled();
    await seedFleet(engine.harness, { count: 40, from: 50 });
    engine.harness.clock.advance(60);
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({
      state: 'paused',
      pauseCause: { kind: 'drift', reasons: ['43 vehicles are eligible, 3 were'] },
    });
    expect(engine.harness.received).toEqual([]);
    await resume(campaignId);
    engine.harness.clock.advance(1);
    await engine.harness.settle();
    expect(engine.harness.received).toHaveLength(43);
  });

  it('pauses a campaign whose release was withdrawn, and withdraws its offers', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin();
    await database.prisma.release.update({
      where: { id: 'bms-2' },
      data: { state: 'withdrawn', revision: 2 },
    });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({
      state: 'paused',
      pauseCause: { kind: 'release_withdrawn', ecuType: 'BMS', version: '2.0.0' },
    });
    expect(said(vin).at(-1)?.targets).toEqual({});
  });

  it('marks a wave from which nothing is heard, until there is news', async () => {
    await database.prisma.alertChannel.create({
      data: {
        id: 'hook',
        name: 'hook',
        kind: 'webhook',
        target: 'http://127.0.0.1:9/',
        events: ['campaign_stalled'],
      },
    });
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin({ timeouts: { acknowledgeMinutes: 600 } });
    const marks = async () =>
      (await database.prisma.wave.findFirstOrThrow({ where: { campaignId } })).stalledAt;
    for (const expected of [false, true, true]) {
      expect((await marks()) !== null).toBe(expected);
      engine.harness.clock.advance(61);
      await engine.harness.settle();
    }
    expect(await database.prisma.alertDelivery.count()).toBe(1);
    await vehicleOf(engine.harness, vin).says(campaignId, 'received');
    engine.harness.clock.advance(2);
    await engine.harness.settle();
    expect(await marks()).toBeNull();
  });

  it('notifies again a vehicle that does not acknowledge, in the time that it is online', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    await begin({ timeouts: { acknowledgeMinutes: 30 } });
    const vehicle = vehicleOf(engine.harness, vin);
    engine.harness.clock.advance(20);
    await vehicle.goes(false);
    engine.harness.clock.advance(600);
    await engine.harness.settle();
    expect(said(vin)).toHaveLength(1);
    await vehicle.goes(true);
    await engine.harness.settle();
    expect(said(vin)).toHaveLength(1);
    engine.harness.clock.advance(11);
    await engine.harness.settle();
    expect(said(vin).map(({ attempt }) => attempt)).toEqual([1, 1]);
  });
});
