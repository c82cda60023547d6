import { describe, expect, it } from 'vitest';
import { dryRunCampaign } from '#lib/services/dry-run-campaign.ts';
import { excludeVehicles } from '#lib/services/exclude-vehicles.ts';
import { explainVehicle } from '#lib/services/explain-vehicle.ts';
import { offerAgain } from '#lib/services/offer-again.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { whyNotVehicle } from '#lib/services/why-not-vehicle.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, seedRelease, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, said, stateOf, campaignOf, inSync } = engine;
const why = async (campaignId: string, vin: string) =>
  (await whyNotVehicle(engine.harness.ctx, { campaignId, vin })).reasons;

describe('overlap', () => {
  it.each(['wait', 'exclude'] as const)('lets the loser %s, as its campaign says', async (overlap) => {
    await seedRelease(database, 'bms-3', { version: '3.0.0' });
    const [parked = '', told = ''] = await seedFleet(engine.harness, { count: 2, onlineOf: (n) => n > 0 });
    const high = await begin({ priority: 90, releaseIds: ['bms-3'] });
    const low = await begin({ priority: 10, overlap });
    expect(await why(low, parked)).toMatchObject([{ code: 'overlap_lost', campaignId: high }]);
    const [explained] = (await explainVehicle(engine.harness.ctx, { vin: parked })).filter(
      ({ campaignId }) => campaignId === low,
    );
    expect(explained?.reasons).toMatchObject([{ code: 'overlap_lost', waits: overlap === 'wait' }]);
    expect(await stateOf(low, told)).toBe(overlap === 'wait' ? 'pending' : 'excluded');
    // The offer that goes first fails: who waited has his turn.
    await vehicleOf(engine.harness, told).says(high, 'failed', { code: 'flash_error' });
    await engine.harness.settle();
    expect(await stateOf(low, told)).toBe(overlap === 'wait' ? 'notified' : 'excluded');
    await inSync(low);
  });
});

describe('skilled persons', () => {
  it('get what only they may install where the campaign is theirs', async () => {
    const [vin = '', plain = ''] = await seedFleet(engine.harness, { count: 2 });
    await database.prisma.vehicle.update({ where: { vin }, data: { skilledPersonOnly: true } });
    const usual = await begin();
    expect(await stateOf(usual, vin)).toBe('excluded');
    await seedRelease(database, 'vcu-6', { ecuType: 'VCU', version: '6.0.0' });
    await database.prisma.release.update({ where: { id: 'vcu-6' }, data: { skilledPersonOnly: true } });
    const workshop = await begin({ releaseIds: ['vcu-6'], allowSkilledPersonOnly: true });
    expect(said(vin)).toMatchObject([{ campaignId: workshop }]);
    // Busy with the other campaign, but left out by neither.
    expect(await stateOf(workshop, plain)).toBe('pending');
  });
});

describe('a refused update', () => {
  it('is not offered by another campaign of the same release, unless asked', async () => {
    const [vin = '', other = ''] = await seedFleet(engine.harness, { count: 2 });
    const first = await begin();
    await vehicleOf(engine.harness, vin).says(first, 'declined', { code: 'owner_declined' });
    await vehicleOf(engine.harness, other).says(first, 'failed', { code: 'flash_error' });
    const second = await begin({ errorThreshold: { rate: 1, minimumSample: 1 } });
    expect(await previewCampaign(engine.harness.ctx, { campaignId: second })).toMatchObject({
      exclusions: { declined_by_owner: 1 },
    });
    expect(await stateOf(second, vin)).toBe('excluded');
    expect(said(vin)).toHaveLength(1);
    expect((await why(second, vin)).map(({ code }) => code)).toContain('declined_by_owner');
    await offerAgain(engine.harness.ctx, { campaignId: second, vins: [vin] });
    await engine.harness.settle();
    expect(said(vin).at(-1)).toMatchObject({ campaignId: second });
    await vehicleOf(engine.harness, vin).says(second, 'declined');
    const insisting = await begin({ offerAgainAfterRefusal: true });
    expect(said(vin).at(-1)).toMatchObject({ campaignId: insisting });
  });

  it('is seen at the claim where the refusal came after the plan', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const first = await begin({ priority: 90 });
    const second = await begin();
    expect(await stateOf(second, vin)).toBe('pending');
    await vehicleOf(engine.harness, vin).says(first, 'declined');
    await engine.harness.settle();
    expect(await stateOf(second, vin)).toBe('excluded');
    expect(said(vin)).toHaveLength(1);
  });
});

describe('a wave by count', () => {
  const waves = [
    { name: 'Ten', size: { kind: 'count', count: 10 }, gate: { manual: true } },
    { name: 'Rest', size: { kind: 'rest' } },
  ] as const;

  it('counts vehicles that can be offered, not those left out or done', async () => {
    await seedFleet(engine.harness, {
      count: 60,
      versionOf: (n) => (n % 3 === 0 ? '2.0.0' : n % 3 === 1 ? '9.0.0' : '1.0.0'),
    });
    await database.prisma.vehicle.updateMany({
      where: { vin: { endsWith: '2' } },
      data: { skilledPersonOnly: true },
    });
    const campaignId = await begin({ waves: [...waves] });
    const { rows } = await database.pool.query<{ wave: number; state: string; count: number }>(
      `SELECT wave, state, count(*)::int AS count FROM assignments
       WHERE campaign_id = $1 AND state IN ('notified', 'pending') GROUP BY 1, 2 ORDER BY 1`,
      [campaignId],
    );
    expect(rows).toEqual([
      { wave: 0, state: 'notified', count: 10 },
      { wave: 1, state: 'pending', count: 8 },
    ]);
    const { waves: dealt } = await dryRunCampaign(engine.harness.ctx, { campaignId });
    expect(dealt.map(({ vehicles }) => vehicles)).toEqual([10, 8]);
  });
});

describe('the gate of a canary', () => {
  it('is not opened by vehicles that had the target before any offer', async () => {
    const vins = await seedFleet(engine.harness, {
      count: 6,
      versionOf: (n) => (n < 3 ? '2.0.0' : '1.0.0'),
    });
    const campaignId = await begin({
      waves: [
        { name: 'Canary', size: { kind: 'percent', percent: 100 } },
        { name: 'Rest', size: { kind: 'rest' } },
      ],
      errorThreshold: { rate: 0.5, minimumSample: 2 },
    });
    expect(await statesOf(database, campaignId)).toEqual({ already_installed: 3, notified: 3 });
    const canary = () =>
      database.prisma.wave.findFirstOrThrow({ where: { campaignId, number: 0 }, select: { state: true } });
    expect(await canary()).toEqual({ state: 'running' });
    // Two of two exceed a half; with the three bystanders it would be two of five.
    for (const vin of vins.slice(3, 5))
      await vehicleOf(engine.harness, vin).says(campaignId, 'failed', { code: 'flash_error', ecuId: 'BMS' });
    await engine.harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({
      state: 'paused',
      pauseCause: { kind: 'error_threshold', failed: 2, finished: 2 },
    });
    await inSync(campaignId);
  });
});

describe('why not this vehicle', () => {
  it('says what a person did and how the campaign ended for it', async () => {
    const [out = '', failed = ''] = await seedFleet(engine.harness, { count: 2, onlineOf: (n) => n > 0 });
    const campaignId = await begin({ errorThreshold: { rate: 1, minimumSample: 1 }, kind: 'continuous' });
    await excludeVehicles(engine.harness.ctx, { campaignId, vins: [out], comment: 'a press car' });
    await vehicleOf(engine.harness, failed).says(campaignId, 'failed', { code: 'flash_error' });
    expect(await why(campaignId, out)).toMatchObject([
      { code: 'excluded_by_person', by: 'Ada', comment: 'a press car' },
    ]);
    expect(await why(campaignId, failed)).toMatchObject([
      {
        code: 'attempt_over',
        state: 'failed',
        reasonCode: 'flash_error',
        sentence: expect.stringContaining('flash_error'),
      },
    ]);
    const [explained] = await explainVehicle(engine.harness.ctx, { vin: out });
    expect(explained?.reasons).toMatchObject([{ code: 'excluded_by_person' }]);
    expect(await statesOf(database, campaignId)).toEqual({ excluded: 1, failed: 1 });
  });
});

describe('a rollback', () => {
  it('goes back where the release allows it, under a counter that ECUs accept', async () => {
    await seedRelease(database, 'bms-1', { version: '1.0.0' });
    await database.prisma.release.update({
      where: { id: 'bms-2' },
      data: { releaseCounter: 7, rollbackTo: ['1.0.0'] },
    });
    const [vin = '', newer = ''] = await seedFleet(engine.harness, {
      count: 2,
      versionOf: (n) => (n === 0 ? '2.0.0' : '2.5.0'),
    });
    const upgrade = await begin({ releaseIds: ['bms-1'] });
    expect(await statesOf(database, upgrade)).toEqual({ excluded: 2 });
    const back = await begin({ releaseIds: ['bms-1'], rollback: true });
    expect(said(newer)).toEqual([]);
    expect((await why(back, newer)).map(({ code }) => code)).toEqual(['rollback_not_allowed']);
    const [target] = Object.values(said(vin).at(-1)?.targets ?? {});
    // The release of 1.0.0 has the counter 1; an ECU that has seen 7 refuses anything below.
    expect(target?.custom).toMatchObject({ version: '1.0.0', releaseCounter: 7 });
    const vehicle = vehicleOf(engine.harness, vin);
    for (const phase of ['received', 'accepted', 'installing', 'installed'] as const)
      await vehicle.says(back, phase);
    await vehicle.reports({ BMS: '1.0.0', VCU: '5.0.0' });
    await engine.harness.settle();
    expect(await stateOf(back, vin)).toBe('confirmed');
    await inSync(back);
  });
});
