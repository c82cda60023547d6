import { describe, expect, it } from 'vitest';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { findOverlaps } from '#lib/services/find-overlaps.ts';
import { listPreviewed } from '#lib/services/list-previewed.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { whyNotVehicle } from '#lib/services/why-not-vehicle.ts';
import { LEASE_MS } from './carry-out.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, seedRelease, statesOf, topics, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, said, stateOf, campaignOf, inSync } = engine;

describe('the claim looks again', () => {
  it('excludes a vehicle that was changed since the plan, and offers a parked one when it comes online', async () => {
    const vins = await seedFleet(engine.harness, { count: 3, onlineOf: () => false });
    const campaignId = await begin();
    expect(engine.harness.received).toEqual([]);
    const [changed = '', skilled = '', plain = ''] = vins;
    await vehicleOf(engine.harness, changed).reports({ BMS: '3.0.0', VCU: '5.0.0' });
    await database.prisma.vehicle.update({ where: { vin: skilled }, data: { skilledPersonOnly: true } });
    for (const vin of vins) await vehicleOf(engine.harness, vin).goes(true);
    await engine.harness.settle();

    expect(engine.harness.received.map(({ vin }) => vin)).toEqual([plain]);
    expect(await stateOf(campaignId, changed)).toBe('excluded');
    expect(await stateOf(campaignId, skilled)).toBe('excluded');
    const row = await database.prisma.assignment.findUniqueOrThrow({
      where: { campaignId_vin: { campaignId, vin: changed } },
    });
    expect(row.reasons).toMatchObject([{ code: 'newer_installed', installedVersion: '3.0.0' }]);
    const why = await whyNotVehicle(engine.harness.ctx, { campaignId, vin: skilled });
    expect(why).toMatchObject({ verdict: 'excluded', assignment: { state: 'excluded' } });
    expect(why.reasons.map(({ code }) => code)).toContain('skilled_person_only');
    await inSync(campaignId);
  });

  it('offers nothing outside the window of the vehicle’s own zone', async () => {
    const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/Los_Angeles'];
    const vins = await seedFleet(engine.harness, { count: 3, zoneOf: (n) => zones[n] ?? 'Etc/UTC' });
    const windows = [{ startsAt: '09:00', durationMinutes: 60 }];
    await begin({ schedule: { windows } });
    expect(engine.harness.received.map(({ vin }) => vin)).toEqual([vins[1]]);
    engine.harness.clock.advance(9 * 60);
    await engine.harness.settle();
    expect(engine.harness.received.map(({ vin }) => vin)).toEqual([vins[1], vins[2]]);
    engine.harness.clock.advance(7 * 60);
    await engine.harness.settle();
    expect(engine.harness.received.map(({ vin }) => vin)).toEqual([vins[1], vins[2], vins[0]]);
  });

  it('keeps to the rate', async () => {
    await seedFleet(engine.harness, { count: 20 });
    await begin({ rate: { maximumPerMinute: 300 } });
    expect(engine.harness.received).toHaveLength(5);
    engine.harness.clock.advance(1 / 60);
    await engine.harness.settle();
    expect(engine.harness.received).toHaveLength(10);
  });

  it('stops all offers at once and goes on when they are allowed', async () => {
    await seedFleet(engine.harness, { count: 4 });
    await stopAllOffers(engine.harness.ctx, { reason: 'a bad feeling' });
    const campaignId = await begin();
    expect(engine.harness.received).toEqual([]);
    expect(await statesOf(database, campaignId)).toEqual({ pending: 4 });
    await allowOffers(engine.harness.ctx, { reason: 'all is well' });
    await engine.harness.settle();
    expect(engine.harness.received).toHaveLength(4);
  });

  it('sends the same document again where a worker died between publishing and storing', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    engine.harness.broken.publish = true;
    const campaignId = await begin().catch(() => '');
    engine.harness.broken.publish = false;
    const campaign = campaignId || (await database.prisma.campaign.findFirstOrThrow()).id;
    // As if it had been published: only the lease tells that somebody was at it.
    await database.pool.query(`UPDATE assignments SET leased_until = $1, due_at = $1`, [
      new Date(engine.harness.clock.now().getTime() + LEASE_MS),
    ]);
    await engine.harness.settle();
    expect(engine.harness.received).toEqual([]);
    engine.harness.clock.advance(1);
    await engine.harness.settle();
    expect(said(vin).map(({ version }) => version)).toEqual([1]);
    expect(await stateOf(campaign, vin)).toBe('notified');
    expect(await database.prisma.directorDocument.count()).toBe(1);
  });

  it('offers a vehicle one campaign at a time, the one with priority first', async () => {
    await seedRelease(database, 'bms-3', { version: '3.0.0' });
    await seedRelease(database, 'vcu-6', { ecuType: 'VCU', version: '6.0.0' });
    const [vin = ''] = await seedFleet(engine.harness, { count: 1, onlineOf: () => false });
    const low = await begin({ priority: 10 });
    const high = await begin({ priority: 90, releaseIds: ['bms-3'] });
    const other = await begin({ priority: 10, releaseIds: ['vcu-6'] });
    expect(await findOverlaps(engine.harness.ctx, { campaignId: low })).toMatchObject([
      { campaignId: high, ecuTypes: ['BMS'], vehicles: 1, goesFirst: 'other' },
    ]);
    const sharedWith = async (rivalId: string) => {
      const part = { kind: 'rival', rivalId } as const;
      return (await listPreviewed(engine.harness.ctx, { campaignId: low, part })).vehicles.map(
        ({ vin }) => vin,
      );
    };
    expect(await sharedWith(high)).toEqual([vin]);
    const vehicle = vehicleOf(engine.harness, vin);
    await vehicle.goes(true);
    await engine.harness.settle();
    expect(said(vin).map(({ campaignId }) => campaignId)).toEqual([high]);
    expect((await whyNotVehicle(engine.harness.ctx, { campaignId: other, vin })).reasons).toMatchObject([
      { code: 'vehicle_busy' },
    ]);
    await vehicle.says(high, 'failed', { code: 'flash_error' });
    await engine.harness.settle();
    expect(await sharedWith(high), 'what is over is shared no more').toEqual([]);
    expect(said(vin)).toHaveLength(2);
    expect(said(vin).map(({ version }) => version)).toEqual([1, 2]);
  });
});

describe('broadcast', () => {
  it('announces a wave to many by one message, and answers those that ask with their own document', async () => {
    const vins = await seedFleet(engine.harness, {
      count: 8,
      onlineOf: (n) => n !== 7,
      versionOf: (n) => (n === 6 ? '2.0.0' : '1.0.0'),
    });
    const campaignId = await begin({
      delivery: 'broadcast',
      spreadSeconds: 5,
      waves: [{ name: 'All', size: { kind: 'percent', percent: 100 } }],
    });
    expect(engine.harness.announced).toHaveLength(1);
    expect(engine.harness.announced[0]).toMatchObject({
      topic: topics.otaUpdate,
      announcement: { signed: { version: 1, campaignId, bucket: { from: 0, to: 10_000 }, spreadSeconds: 5 } },
    });
    expect(engine.harness.received).toEqual([]);
    expect(await statesOf(database, campaignId)).toEqual({ already_installed: 1, notified: 6, pending: 1 });
    const [asking = ''] = vins;
    await vehicleOf(engine.harness, asking).says(campaignId, 'requested');
    await engine.harness.settle();
    expect(said(asking)).toMatchObject([{ campaignId, version: 1 }]);
    await vehicleOf(engine.harness, vins[7] ?? '').goes(true);
    await engine.harness.settle();
    expect(said(vins[7] ?? '')).toHaveLength(1);
    await inSync(campaignId);
  });
});

describe('continuous campaigns', () => {
  it('take in vehicles that come to match', async () => {
    const [vin = '', late = ''] = await seedFleet(engine.harness, {
      count: 2,
      versionOf: (n) => (n === 0 ? '1.0.0' : '0.5.0'),
    });
    const target = { kind: 'ecu', ecuType: 'BMS', software: { operator: '=', value: '1.0.0' } } as const;
    const campaignId = await begin({ kind: 'continuous', target });
    expect(engine.harness.received.map((one) => one.vin)).toEqual([vin]);
    await vehicleOf(engine.harness, late).reports({ BMS: '1.0.0', VCU: '5.0.0' });
    await engine.harness.settle();
    expect(engine.harness.received.map((one) => one.vin)).toEqual([vin, late]);
    await inSync(campaignId);
  });

  it('offer at once to whom they take in, and to nobody while offers are stopped or their campaign is paused', async () => {
    const [, first = '', stopped = '', paused = ''] = await seedFleet(engine.harness, {
      count: 4,
      versionOf: () => '0.5.0',
    });
    const { core, clock, ctx, received } = engine.harness;
    const target = { kind: 'ecu', ecuType: 'BMS', software: { operator: '=', value: '1.0.0' } } as const;
    const campaignId = await begin({ kind: 'continuous', target });
    const joins = async (vin: string) => {
      await vehicleOf(engine.harness, vin).reports({ BMS: '1.0.0', VCU: '5.0.0' });
      const { joined, due } = await core.join(clock.now);
      expect(joined).toBe(1);
      return due;
    };
    const offers = async (due: Awaited<ReturnType<typeof joins>>) => {
      if (due) await (await core.offer(due, clock.now)).finished;
      return received.map(({ vin }) => vin);
    };

    const due = await joins(first);
    expect(due?.waves).toMatchObject([{ campaign: { id: campaignId }, wave: 0 }]);
    expect(await offers(due)).toEqual([first]);

    const known = await joins(stopped);
    await stopAllOffers(ctx, { reason: 'a recall' });
    expect(await offers(known)).toEqual([first]);
    await allowOffers(ctx, { reason: 'the recall is over' });
    await pauseCampaign(ctx, { campaignId });
    expect(await offers(known)).toEqual([first]);
    expect((await joins(paused))?.waves).toEqual([]);
    await inSync(campaignId);
  });

  it('take in vehicles although another was paused in the middle of its plan', async () => {
    const [, late = ''] = await seedFleet(engine.harness, { count: 2, versionOf: () => '0.5.0' });
    const target = { kind: 'ecu', ecuType: 'BMS', software: { operator: '=', value: '1.0.0' } } as const;
    await begin({ kind: 'continuous', target });
    const paused = await begin({ kind: 'continuous', name: 'Paused' });
    await database.pool.query(
      "UPDATE campaigns SET state = 'paused', plan_state = 'planning', plan_cursor = NULL WHERE id = $1",
      [paused],
    );
    await vehicleOf(engine.harness, late).reports({ BMS: '1.0.0', VCU: '5.0.0' });
    await engine.harness.settle();
    expect(engine.harness.received.map((one) => one.vin)).toContain(late);
    expect(await campaignOf(paused)).toMatchObject({ state: 'paused', planState: 'planned' });
  });

  it('take in a vehicle with a version that no vehicle had when the campaign was planned', async () => {
    const [, late = ''] = await seedFleet(engine.harness, { count: 2, versionOf: () => '0.5.0' });
    const target = { kind: 'ecu', ecuType: 'BMS', software: { operator: '>=', value: '1.0.0' } } as const;
    const campaignId = await begin({ kind: 'continuous', target });
    await vehicleOf(engine.harness, late).reports({ BMS: '0.6.0', VCU: '5.0.0' });
    await engine.harness.settle();
    expect(engine.harness.received).toEqual([]);
    await vehicleOf(engine.harness, late).reports({ BMS: '1.4.0', VCU: '5.0.0' });
    await engine.harness.settle();
    expect(engine.harness.received.map((one) => one.vin)).toEqual([late]);
    await inSync(campaignId);
  });
});
