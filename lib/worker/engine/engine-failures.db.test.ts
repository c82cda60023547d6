import { describe, expect, it } from 'vitest';
import { acknowledgeFailures } from '#lib/services/acknowledge-failures.ts';
import { approveCampaign } from '#lib/services/approve-campaign.ts';
import type { CampaignDraft } from '#lib/services/campaign-draft.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { offerAgain } from '#lib/services/offer-again.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { resumeCampaign } from '#lib/services/resume-campaign.ts';
import { retryCluster } from '#lib/services/retry-cluster.ts';
import { submitCampaign } from '#lib/services/submit-campaign.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, resume, said, stateOf, campaignOf, inSync } = engine;

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
    const vins = await seedFleet(engine.harness, { count: 20 });
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
    const canary = engine.harness.received.map(({ vin }) => vin);
    expect(canary).toHaveLength(10);
    for (const [index, vin] of canary.slice(0, 5).entries()) {
      const vehicle = vehicleOf(engine.harness, vin);
      if (index < 2) await vehicle.says(campaignId, 'failed', { code: 'flash_error', ecuId: 'BMS' });
      else await vehicle.reports({ BMS: '2.0.0', VCU: '5.0.0' });
    }
    await engine.harness.settle();
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

    const { digest, reviewed } = await previewCampaign(engine.harness.ctx, { campaignId });
    const tooEarly = resumeCampaign(engine.harness.ctx, { campaignId, digest, reviewed });
    await expect(tooEarly).rejects.toMatchObject({ code: 'failures_not_acknowledged' });
    const acknowledged = await acknowledgeFailures(engine.harness.ctx, {
      campaignId,
      comment: 'known engine.harness fault',
    });
    expect(acknowledged).toMatchObject({ acknowledged: 2 });
    await inSync(campaignId);
    await resume(campaignId);
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'running' });

    const child = await retryCluster(engine.harness.ctx, {
      campaignId,
      cluster: { reasonCode: 'flash_error', ecuId: 'BMS', fromVersion: '1.0.0' },
    });
    expect(child).toMatchObject({ parentId: campaignId, vehicles: 2 });
    expect(await campaignOf(child.campaignId)).toMatchObject({ parentId: campaignId, state: 'draft' });

    // The canaries that still were open withdraw, are offered anew and succeed: the gate opens the rest.
    for (const vin of canary.slice(5))
      await vehicleOf(engine.harness, vin).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    engine.harness.clock.advance(1);
    await engine.harness.settle();
    expect(new Set(engine.harness.received.map(({ vin }) => vin)).size).toBe(vins.length);
    await inSync(campaignId);
  });

  it('retries by failure class with its back-off', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin({
      retry: { retries: { download: 1 }, backOffMinutes: 10, backOffFactor: 2 },
      errorThreshold: { rate: 1, minimumSample: 1 },
    });
    const vehicle = vehicleOf(engine.harness, vin);
    await vehicle.says(campaignId, 'failed', { code: 'download_failed' });
    await engine.harness.settle();
    expect(said(vin)).toHaveLength(1);
    engine.harness.clock.advance(11);
    await engine.harness.settle();
    expect(said(vin).at(-1)).toMatchObject({ attempt: 2, version: 2 });
    await vehicle.says(campaignId, 'failed', { code: 'download_failed', attempt: 2 });
    await engine.harness.settle();
    expect(await stateOf(campaignId, vin)).toBe('failed');
    expect(await campaignOf(campaignId)).toMatchObject({ state: 'completed' });
  });

  it('blocks a vehicle whose rollback failed', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const campaignId = await begin({ errorThreshold: { rate: 1, minimumSample: 1 } });
    await vehicleOf(engine.harness, vin).says(campaignId, 'failed', {
      code: 'partial',
      partialEcus: ['BMS'],
    });
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
    const [vin = '', other = ''] = await seedFleet(engine.harness, { count: 2, modelOf: (n) => `M${n}` });
    const model = (value: string) =>
      ({ kind: 'text', field: 'model', operator: '=', values: [value] }) as const;
    const once = await begin({ target: model('M0'), kind: 'continuous' });
    const again = await begin({ target: model('M1'), kind: 'continuous', offerAgainAfterRefusal: true });
    await vehicleOf(engine.harness, vin).says(once, 'declined', { code: 'owner_declined' });
    await vehicleOf(engine.harness, other).says(again, 'declined', { code: 'owner_declined' });
    engine.harness.clock.advance(25 * 60);
    await engine.harness.settle();
    expect(said(vin)).toHaveLength(1);
    expect(said(other)).toHaveLength(2);
    expect(await offerAgain(engine.harness.ctx, { campaignId: once, vins: [vin] })).toMatchObject({
      vehicles: 1,
    });
    await engine.harness.settle();
    expect(said(vin)).toHaveLength(2);
    await inSync(once);
    await inSync(again);
  });
});

describe('people', () => {
  it('refuses what is not what was reviewed, and an approval of one’s own campaign', async () => {
    await seedFleet(engine.harness, { count: 30 });
    const { ctx } = engine.harness;
    const { campaignId } = await createCampaign(ctx, {
      name: 'A',
      releaseIds: ['bms-2'],
      requiredApprovals: 1,
    });
    const seen = await previewCampaign(ctx, { campaignId });
    await submitCampaign(ctx, { campaignId, digest: seen.digest, reviewed: seen.reviewed });
    const own = approveCampaign(ctx, { campaignId, digest: seen.digest, comment: 'fine' });
    await expect(own).rejects.toMatchObject({ code: 'own_campaign' });
    await seedFleet(engine.harness, { count: 20, from: 100 });
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
