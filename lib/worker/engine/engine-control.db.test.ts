import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { abortCampaign } from '#lib/services/abort-campaign.ts';
import { acknowledgeFailures } from '#lib/services/acknowledge-failures.ts';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { approveCampaign } from '#lib/services/approve-campaign.ts';
import type { CampaignDraft } from '#lib/services/campaign-draft.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { findOverlaps } from '#lib/services/find-overlaps.ts';
import { offerAgain } from '#lib/services/offer-again.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { resumeCampaign } from '#lib/services/resume-campaign.ts';
import { retryCluster } from '#lib/services/retry-cluster.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { submitCampaign } from '#lib/services/submit-campaign.ts';
import { whyNotVehicle } from '#lib/services/why-not-vehicle.ts';
import { LEASE_MS } from './claim.ts';
import {
  createHarness,
  type EngineHarness,
  seedFleet,
  seedRelease,
  statesOf,
  topics,
  vehicleOf,
} from './testing.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
let harness: EngineHarness;

beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE vehicles, vehicle_states, ecus, campaigns, releases, artifacts, ecu_types, settings, timeline_events,
       assignment_counters, director_documents, announcements, jobs, join_queue, alert_channels CASCADE`,
  );
  harness = await createHarness(database);
  await seedRelease(database, 'bms-2');
});

type Draft = Partial<Parameters<typeof createCampaign>[1]>;

async function begin(draft: Draft = {}): Promise<string> {
  const { campaignId } = await createCampaign(harness.ctx, {
    name: 'BMS 2',
    releaseIds: ['bms-2'],
    ...draft,
  });
  const { digest, reviewed } = await previewCampaign(harness.ctx, { campaignId });
  await startCampaign(harness.ctx, { campaignId, digest, reviewed });
  await harness.settle();
  return campaignId;
}

async function resume(campaignId: string): Promise<void> {
  const { digest, reviewed } = await previewCampaign(harness.ctx, { campaignId });
  await resumeCampaign(harness.ctx, { campaignId, digest, reviewed });
  await harness.settle();
}

const said = (vin: string) =>
  harness.received.filter((one) => one.vin === vin).map(({ update }) => update.signed);
const stateOf = async (campaignId: string, vin: string) =>
  (await database.prisma.assignment.findUniqueOrThrow({ where: { campaignId_vin: { campaignId, vin } } }))
    .state;
const campaignOf = (id: string) => database.prisma.campaign.findUniqueOrThrow({ where: { id } });
const inSync = async (campaignId: string) =>
  expect(await readCounters(database.pool, campaignId)).toEqual(await recount(database.pool, campaignId));

describe('the claim looks again', () => {
  it('excludes a vehicle that was changed since the plan, and offers a parked one when it comes online', async () => {
    const vins = await seedFleet(harness, { count: 3, onlineOf: () => false });
    const campaignId = await begin();
    expect(harness.received).toEqual([]);
    const [changed = '', skilled = '', plain = ''] = vins;
    await vehicleOf(harness, changed).reports({ BMS: '3.0.0', VCU: '5.0.0' });
    await database.prisma.vehicle.update({ where: { vin: skilled }, data: { skilledPersonOnly: true } });
    for (const vin of vins) await vehicleOf(harness, vin).goes(true);
    await harness.settle();

    expect(harness.received.map(({ vin }) => vin)).toEqual([plain]);
    expect(await stateOf(campaignId, changed)).toBe('excluded');
    expect(await stateOf(campaignId, skilled)).toBe('excluded');
    const row = await database.prisma.assignment.findUniqueOrThrow({
      where: { campaignId_vin: { campaignId, vin: changed } },
    });
    expect(row.reasons).toMatchObject([{ code: 'newer_installed', installedVersion: '3.0.0' }]);
    const why = await whyNotVehicle(harness.ctx, { campaignId, vin: skilled });
    expect(why).toMatchObject({ verdict: 'excluded', assignment: { state: 'excluded' } });
    expect(why.reasons.map(({ code }) => code)).toContain('skilled_person_only');
    await inSync(campaignId);
  });

  it('offers nothing outside the window of the vehicle’s own zone', async () => {
    const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/Los_Angeles'];
    const vins = await seedFleet(harness, { count: 3, zoneOf: (n) => zones[n] ?? 'Etc/UTC' });
    const windows = [{ startsAt: '09:00', durationMinutes: 60 }];
    await begin({ schedule: { windows } });
    expect(harness.received.map(({ vin }) => vin)).toEqual([vins[1]]);
    harness.clock.advance(9 * 60);
    await harness.settle();
    expect(harness.received.map(({ vin }) => vin)).toEqual([vins[1], vins[2]]);
    harness.clock.advance(7 * 60);
    await harness.settle();
    expect(harness.received.map(({ vin }) => vin)).toEqual([vins[1], vins[2], vins[0]]);
  });

  it('keeps to the rate', async () => {
    await seedFleet(harness, { count: 20 });
    await begin({ rate: { maximumPerMinute: 300 } });
    expect(harness.received).toHaveLength(5);
    harness.clock.advance(1 / 60);
    await harness.settle();
    expect(harness.received).toHaveLength(10);
  });

  it('stops all offers at once and goes on when they are allowed', async () => {
    await seedFleet(harness, { count: 4 });
    await stopAllOffers(harness.ctx, { reason: 'a bad feeling' });
    const campaignId = await begin();
    expect(harness.received).toEqual([]);
    expect(await statesOf(database, campaignId)).toEqual({ pending: 4 });
    await allowOffers(harness.ctx, { reason: 'all is well' });
    await harness.settle();
    expect(harness.received).toHaveLength(4);
  });

  it('sends the same document again where a worker died between publishing and storing', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    harness.broken.publish = true;
    const campaignId = await begin().catch(() => '');
    harness.broken.publish = false;
    const campaign = campaignId || (await database.prisma.campaign.findFirstOrThrow()).id;
    // As if it had been published: only the lease tells that somebody was at it.
    await database.pool.query(`UPDATE assignments SET leased_until = $1, due_at = $1`, [
      new Date(harness.clock.now().getTime() + LEASE_MS),
    ]);
    await harness.settle();
    expect(harness.received).toEqual([]);
    harness.clock.advance(1);
    await harness.settle();
    expect(said(vin).map(({ version }) => version)).toEqual([1]);
    expect(await stateOf(campaign, vin)).toBe('notified');
    expect(await database.prisma.directorDocument.count()).toBe(1);
  });

  it('offers a vehicle one campaign at a time, the one with priority first', async () => {
    await seedRelease(database, 'bms-3', { version: '3.0.0' });
    await seedRelease(database, 'vcu-6', { ecuType: 'VCU', version: '6.0.0' });
    const [vin = ''] = await seedFleet(harness, { count: 1, onlineOf: () => false });
    const low = await begin({ priority: 10 });
    const high = await begin({ priority: 90, releaseIds: ['bms-3'] });
    const other = await begin({ priority: 10, releaseIds: ['vcu-6'] });
    expect(await findOverlaps(harness.ctx, { campaignId: low })).toMatchObject([
      { campaignId: high, ecuTypes: ['BMS'], vehicles: 1, goesFirst: 'other' },
    ]);
    const vehicle = vehicleOf(harness, vin);
    await vehicle.goes(true);
    await harness.settle();
    expect(said(vin).map(({ campaignId }) => campaignId)).toEqual([high]);
    expect((await whyNotVehicle(harness.ctx, { campaignId: other, vin })).reasons).toMatchObject([
      { code: 'vehicle_busy' },
    ]);
    await vehicle.says(high, 'failed', { code: 'flash_error' });
    await harness.settle();
    expect(said(vin)).toHaveLength(2);
    expect(said(vin).map(({ version }) => version)).toEqual([1, 2]);
  });
});

describe('pause, resume, abort', () => {
  it('withdraws offers by a signed higher version and makes them anew', async () => {
    const [vin = '', installing = ''] = await seedFleet(harness, { count: 2 });
    const campaignId = await begin();
    await vehicleOf(harness, installing).says(campaignId, 'installing');
    await pauseCampaign(harness.ctx, { campaignId, comment: 'wait' });
    await harness.settle();
    expect(said(vin).map(({ version, targets }) => [version, Object.keys(targets).length])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(said(installing)).toHaveLength(1);
    await vehicleOf(harness, vin).says(campaignId, 'cancelled');
    expect(await statesOf(database, campaignId)).toEqual({ cancelled: 1, installing: 1 });
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused' });

    await resume(campaignId);
    expect(said(vin).at(-1)).toMatchObject({ version: 3, campaignId, attempt: 1 });
    expect(await statesOf(database, campaignId)).toEqual({ installing: 1, notified: 1 });
    await inSync(campaignId);
  });

  it('makes the offer anew where the answer to the pause comes after the resumption', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    const campaignId = await begin();
    await pauseCampaign(harness.ctx, { campaignId });
    await harness.settle();
    await resume(campaignId);
    await vehicleOf(harness, vin).says(campaignId, 'cancelled');
    await harness.settle();
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin).at(-1)?.targets).not.toEqual({});
  });

  it('withdraws what was being published while the pause came', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    let campaignId = '';
    harness.broken.during = async () => {
      harness.broken.during = undefined;
      campaignId = (await database.prisma.campaign.findFirstOrThrow()).id;
      await pauseCampaign(harness.ctx, { campaignId });
      // The sweep of the pause passes while the offer is still on its way.
      await harness.core.lead(harness.clock.now);
    };
    await begin();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'paused', sweep: null });
    expect(said(vin).map(({ targets }) => Object.keys(targets).length)).toEqual([1, 0]);
    await resume(campaignId);
    expect(await stateOf(campaignId, vin)).toBe('notified');
    expect(said(vin)).toHaveLength(3);
  });

  it('aborts as the operator chose', async () => {
    const [waiting = '', told = '', loading = '', installing = ''] = await seedFleet(harness, {
      count: 4,
      onlineOf: (n) => n !== 0,
    });
    const campaignId = await begin();
    await vehicleOf(harness, loading).says(campaignId, 'downloading');
    await vehicleOf(harness, installing).says(campaignId, 'installing');
    await abortCampaign(harness.ctx, { campaignId, mode: 'cancel_all' });
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'aborted', sweep: null });
    expect(await stateOf(campaignId, waiting)).toBe('unreachable');
    expect(await stateOf(campaignId, told)).toBe('unreachable');
    expect(said(told)).toHaveLength(2);
    expect(said(loading).at(-1)?.targets).toEqual({});
    expect(said(installing)).toHaveLength(1);
    await vehicleOf(harness, loading).says(campaignId, 'cancelled');
    await vehicleOf(harness, installing).says(campaignId, 'installed');
    await vehicleOf(harness, installing).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    expect(await stateOf(campaignId, installing)).toBe('confirmed');
    expect(await stateOf(campaignId, loading)).toBe('cancelled');
    await inSync(campaignId);
  });
});

describe('failures', () => {
  it('pauses by the threshold with its cause, and resumes only after they are acknowledged', async () => {
    await database.prisma.alertChannel.create({
      data: {
        id: 'hook',
        name: 'hook',
        kind: 'webhook',
        target: 'http://127.0.0.1:9/',
        events: ['campaign_auto_paused'],
      },
    });
    const vins = await seedFleet(harness, { count: 20 });
    const waves: CampaignDraft['waves'] = [
      {
        name: 'Canary',
        size: { kind: 'count', count: 10 },
        gate: { successThreshold: 0.9, minimumSample: 5, soakMinutes: 0, manual: false },
      },
      {
        name: 'Rest',
        size: { kind: 'rest' },
        gate: { successThreshold: 0.9, minimumSample: 1, soakMinutes: 0, manual: false },
      },
    ];
    const campaignId = await begin({ waves, errorThreshold: { rate: 0.1, minimumSample: 5 } });
    const canary = harness.received.map(({ vin }) => vin);
    expect(canary).toHaveLength(10);
    for (const [index, vin] of canary.slice(0, 5).entries()) {
      const vehicle = vehicleOf(harness, vin);
      if (index < 2) await vehicle.says(campaignId, 'failed', { code: 'flash_error', ecuId: 'BMS' });
      else await vehicle.reports({ BMS: '2.0.0', VCU: '5.0.0' });
    }
    await harness.settle();
    const paused = await campaignOf(campaignId);
    expect(paused).toMatchObject({
      state: 'paused',
      pauseCause: {
        kind: 'error_threshold',
        failed: 2,
        finished: 5,
        rate: 0.4,
        threshold: 0.1,
        wave: 'Canary',
      },
    });
    expect(
      await database.prisma.alertDelivery.count({
        where: { event: 'campaign_auto_paused', state: 'queued' },
      }),
    ).toBe(1);

    const { digest, reviewed } = await previewCampaign(harness.ctx, { campaignId });
    const tooEarly = resumeCampaign(harness.ctx, { campaignId, digest, reviewed });
    await expect(tooEarly).rejects.toMatchObject({ code: 'failures_not_acknowledged' });
    const acknowledged = await acknowledgeFailures(harness.ctx, {
      campaignId,
      comment: 'known harness fault',
    });
    expect(acknowledged).toMatchObject({ acknowledged: 2 });
    await inSync(campaignId);
    await resume(campaignId);
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'running' });

    const child = await retryCluster(harness.ctx, {
      campaignId,
      cluster: { reasonCode: 'flash_error', ecuId: 'BMS', fromVersion: '1.0.0' },
    });
    expect(child).toMatchObject({ parentId: campaignId, vehicles: 2 });
    expect(await campaignOf(child.campaignId)).toMatchObject({ parentId: campaignId, state: 'draft' });

    // The canaries that still were open withdraw, are offered anew and succeed: the gate opens the rest.
    for (const vin of canary.slice(5)) await vehicleOf(harness, vin).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    harness.clock.advance(1);
    await harness.settle();
    expect(new Set(harness.received.map(({ vin }) => vin)).size).toBe(vins.length);
    await inSync(campaignId);
  });

  it('retries by failure class with its back-off', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    const campaignId = await begin({
      retry: { retries: { download: 1 }, backOffMinutes: 10, backOffFactor: 2 },
      errorThreshold: { rate: 1, minimumSample: 1 },
    });
    const vehicle = vehicleOf(harness, vin);
    await vehicle.says(campaignId, 'failed', { code: 'download_failed' });
    await harness.settle();
    expect(said(vin)).toHaveLength(1);
    harness.clock.advance(11);
    await harness.settle();
    expect(said(vin).at(-1)).toMatchObject({ attempt: 2, version: 2 });
    await vehicle.says(campaignId, 'failed', { code: 'download_failed', attempt: 2 });
    await harness.settle();
    expect(await stateOf(campaignId, vin)).toBe('failed');
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed' });
  });

  it('blocks a vehicle whose rollback failed', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    const campaignId = await begin({ errorThreshold: { rate: 1, minimumSample: 1 } });
    await vehicleOf(harness, vin).says(campaignId, 'failed', { code: 'partial', partialEcus: ['BMS'] });
    expect(await database.prisma.vehicle.findUniqueOrThrow({ where: { vin } })).toMatchObject({
      partialEcus: ['BMS'],
    });
    const next = await begin();
    expect(await statesOf(database, next)).toEqual({ pending: 1 });
    expect(said(vin)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('stands, until a person asks or the campaign asks again a day later', async () => {
    const [vin = '', other = ''] = await seedFleet(harness, { count: 2, modelOf: (n) => `M${n}` });
    const model = (value: string) =>
      ({ kind: 'text', field: 'model', operator: '=', values: [value] }) as const;
    const once = await begin({ target: model('M0'), kind: 'continuous' });
    const again = await begin({ target: model('M1'), kind: 'continuous', offerAgainAfterRefusal: true });
    await vehicleOf(harness, vin).says(once, 'declined', { code: 'owner_declined' });
    await vehicleOf(harness, other).says(again, 'declined', { code: 'owner_declined' });
    harness.clock.advance(25 * 60);
    await harness.settle();
    expect(said(vin)).toHaveLength(1);
    expect(said(other)).toHaveLength(2);
    expect(await offerAgain(harness.ctx, { campaignId: once, vins: [vin] })).toMatchObject({ vehicles: 1 });
    await harness.settle();
    expect(said(vin)).toHaveLength(2);
    await inSync(once);
    await inSync(again);
  });
});

describe('broadcast', () => {
  it('announces a wave to many by one message, and answers those that ask with their own document', async () => {
    const vins = await seedFleet(harness, {
      count: 8,
      onlineOf: (n) => n !== 7,
      versionOf: (n) => (n === 6 ? '2.0.0' : '1.0.0'),
    });
    const campaignId = await begin({
      delivery: 'broadcast',
      spreadSeconds: 5,
      waves: [{ name: 'All', size: { kind: 'percent', percent: 100 } }],
    });
    expect(harness.announced).toHaveLength(1);
    expect(harness.announced[0]).toMatchObject({
      topic: topics.otaUpdate,
      announcement: { signed: { version: 1, campaignId, bucket: { from: 0, to: 10_000 }, spreadSeconds: 5 } },
    });
    expect(harness.received).toEqual([]);
    expect(await statesOf(database, campaignId)).toEqual({ already_installed: 1, notified: 6, pending: 1 });
    const [asking = ''] = vins;
    await vehicleOf(harness, asking).says(campaignId, 'requested');
    await harness.settle();
    expect(said(asking)).toMatchObject([{ campaignId, version: 1 }]);
    await vehicleOf(harness, vins[7] ?? '').goes(true);
    await harness.settle();
    expect(said(vins[7] ?? '')).toHaveLength(1);
    await inSync(campaignId);
  });
});

describe('people', () => {
  it('refuses what is not what was reviewed, and an approval of one’s own campaign', async () => {
    await seedFleet(harness, { count: 30 });
    const { ctx } = harness;
    const { campaignId } = await createCampaign(ctx, {
      name: 'A',
      releaseIds: ['bms-2'],
      requiredApprovals: 1,
    });
    const seen = await previewCampaign(ctx, { campaignId });
    await submitCampaign(ctx, { campaignId, digest: seen.digest, reviewed: seen.reviewed });
    const own = approveCampaign(ctx, { campaignId, digest: seen.digest, comment: 'fine' });
    await expect(own).rejects.toMatchObject({ code: 'own_campaign' });
    await seedFleet(harness, { count: 20, from: 100 });
    const other = { ...ctx, actor: { kind: 'user', id: 'eve', name: 'Eve', role: 'approver' } as const };
    const drifted = approveCampaign(other, { campaignId, digest: seen.digest, comment: 'fine' });
    await expect(drifted).rejects.toMatchObject({
      code: 'impact_drifted',
      details: { drift: [{ kind: 'eligible_moved', from: 30, to: 50 }] },
    });
    const again = await previewCampaign(other, { campaignId });
    await approveCampaign(other, {
      campaignId,
      digest: again.digest,
      reviewed: again.reviewed,
      comment: 'fine',
    });
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'scheduled' });
  });
});

describe('the clock', () => {
  const scheduled = async () => {
    const { ctx, clock } = harness;
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
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'scheduled' });
    return campaignId;
  };

  it('starts a scheduled campaign, and ends it with what nobody answered as unreachable', async () => {
    await seedFleet(harness, { count: 3, onlineOf: (n) => n > 0 });
    const campaignId = await scheduled();
    harness.clock.advance(60);
    await harness.settle();
    expect(await statesOf(database, campaignId)).toEqual({ notified: 2, pending: 1 });
    harness.clock.advance(60);
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed', sweep: null });
    expect(await statesOf(database, campaignId)).toEqual({ unreachable: 3 });
    expect(harness.received.slice(2).map(({ update }) => update.signed.targets)).toEqual([{}, {}]);
    await inSync(campaignId);
  });

  it('starts nothing that nobody has reviewed as it now is', async () => {
    await seedFleet(harness, { count: 3 });
    const campaignId = await scheduled();
    await seedFleet(harness, { count: 40, from: 50 });
    harness.clock.advance(60);
    await harness.settle();
    expect(await campaignOf(campaignId)).toMatchObject({
      state: 'paused',
      pauseCause: { kind: 'drift', reasons: ['43 vehicles are eligible, 3 were'] },
    });
    expect(harness.received).toEqual([]);
    await resume(campaignId);
    harness.clock.advance(1);
    await harness.settle();
    expect(harness.received).toHaveLength(43);
  });

  it('pauses a campaign whose release was withdrawn, and withdraws its offers', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    const campaignId = await begin();
    await database.prisma.release.update({
      where: { id: 'bms-2' },
      data: { state: 'withdrawn', revision: 2 },
    });
    await harness.settle();
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
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    const campaignId = await begin({ timeouts: { acknowledgeMinutes: 600 } });
    const marks = async () =>
      (await database.prisma.wave.findFirstOrThrow({ where: { campaignId } })).stalledAt;
    for (const expected of [false, true, true]) {
      expect((await marks()) !== null).toBe(expected);
      harness.clock.advance(61);
      await harness.settle();
    }
    expect(await database.prisma.alertDelivery.count()).toBe(1);
    await vehicleOf(harness, vin).says(campaignId, 'received');
    harness.clock.advance(2);
    await harness.settle();
    expect(await marks()).toBeNull();
  });

  it('notifies again a vehicle that does not acknowledge, in the time that it is online', async () => {
    const [vin = ''] = await seedFleet(harness, { count: 1 });
    await begin({ timeouts: { acknowledgeMinutes: 30 } });
    const vehicle = vehicleOf(harness, vin);
    harness.clock.advance(20);
    await vehicle.goes(false);
    harness.clock.advance(600);
    await harness.settle();
    expect(said(vin)).toHaveLength(1);
    await vehicle.goes(true);
    await harness.settle();
    expect(said(vin)).toHaveLength(1);
    harness.clock.advance(11);
    await harness.settle();
    expect(said(vin).map(({ attempt }) => attempt)).toEqual([1, 1]);
  });
});

describe('continuous campaigns', () => {
  it('take in vehicles that come to match', async () => {
    const [vin = '', late = ''] = await seedFleet(harness, {
      count: 2,
      versionOf: (n) => (n === 0 ? '1.0.0' : '0.5.0'),
    });
    const target = { kind: 'ecu', ecuType: 'BMS', software: { operator: '=', value: '1.0.0' } } as const;
    const campaignId = await begin({ kind: 'continuous', target });
    expect(harness.received.map((one) => one.vin)).toEqual([vin]);
    await vehicleOf(harness, late).reports({ BMS: '1.0.0', VCU: '5.0.0' });
    await harness.settle();
    expect(harness.received.map((one) => one.vin)).toEqual([vin, late]);
    await inSync(campaignId);
  });
});
