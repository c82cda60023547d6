import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import {
  createHarness,
  type EngineHarness,
  seedFleet,
  seedRelease,
  statesOf,
  vehicleOf,
} from '#lib/worker/engine/testing.ts';
import { approveCampaign } from './approve-campaign.ts';
import { findBrokenAuditEntry } from './audit.ts';
import type { Actor } from './context.ts';
import { createCampaign } from './create-campaign.ts';
import { deleteDraft } from './delete-draft.ts';
import { denyCampaign } from './deny-campaign.ts';
import { dryRunCampaign } from './dry-run-campaign.ts';
import { duplicateCampaign } from './duplicate-campaign.ts';
import { editCampaign } from './edit-campaign.ts';
import { excludeVehicles } from './exclude-vehicles.ts';
import { getWaveCourse } from './get-wave-course.ts';
import { listCampaignEvents } from './list-campaign-events.ts';
import { openNextWave } from './open-next-wave.ts';
import { previewCampaign } from './preview-campaign.ts';
import { startCampaign } from './start-campaign.ts';
import { submitCampaign } from './submit-campaign.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
let harness: EngineHarness;
let vins: string[];
const person = (id: string, role: Extract<Actor, { kind: 'user' }>['role']) => ({
  ...harness.ctx,
  actor: { kind: 'user', id, name: id, role } as const,
});
const stateOf = async (id: string) =>
  (await database.prisma.campaign.findUniqueOrThrow({ where: { id } })).state;

beforeAll(async () => {
  harness = await createHarness(database);
  await seedRelease(database, 'bms-2');
  vins = await seedFleet(harness, { count: 40, zoneOf: (n) => (n < 20 ? 'Asia/Tokyo' : 'Europe/Berlin') });
});

async function reviewed(campaignId: string) {
  const { digest, reviewed: seen } = await previewCampaign(harness.ctx, { campaignId });
  return { campaignId, digest, reviewed: seen };
}

describe('a draft', () => {
  it('may be incomplete, is edited by revision, copied and deleted', async () => {
    const { ctx } = harness;
    const { campaignId } = await createCampaign(ctx, {});
    expect(await previewCampaign(ctx, { campaignId })).toMatchObject({
      targeted: 40,
      eligible: 0,
      digest: '',
    });
    const unready = submitCampaign(ctx, { campaignId, digest: '0'.repeat(64) });
    await expect(unready).rejects.toMatchObject({ code: 'invalid' });
    const definition = { name: 'Whole', releaseIds: ['bms-2'] };
    const edited = await editCampaign(ctx, { campaignId, revision: 1, definition });
    expect(edited).toMatchObject({ revision: 2 });
    const stale = editCampaign(ctx, { campaignId, revision: 1, definition });
    await expect(stale).rejects.toMatchObject({ code: 'revision_conflict', details: { revision: 2 } });
    const copy = await duplicateCampaign(ctx, { campaignId });
    expect(
      await database.prisma.campaign.findUniqueOrThrow({ where: { id: copy.campaignId } }),
    ).toMatchObject({
      name: 'Whole (copy)',
      state: 'draft',
    });
    await deleteDraft(ctx, { campaignId: copy.campaignId });
    expect(await database.prisma.campaign.count({ where: { id: copy.campaignId } })).toBe(0);
    const unreleased = createCampaign(ctx, { name: 'X', releaseIds: ['nothing'] });
    await expect(unreleased).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuses a role that may not', async () => {
    const viewer = person('vi', 'viewer');
    await expect(createCampaign(viewer, {})).rejects.toMatchObject({ code: 'forbidden' });
    const approver = person('ap', 'approver');
    await expect(createCampaign(approver, {})).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('approval', () => {
  it('takes a quorum of others, is void on change, and one denial ends it', async () => {
    const op = person('op', 'operator');
    const definition = { name: 'Two eyes more', releaseIds: ['bms-2'], requiredApprovals: 2 };
    const { campaignId } = await createCampaign(op, definition);
    await submitCampaign(op, await reviewed(campaignId));
    expect(await stateOf(campaignId)).toBe('awaiting_approval');
    const approve = async (id: string) =>
      approveCampaign(person(id, 'approver'), { ...(await reviewed(campaignId)), comment: 'looked at' });
    expect((await approve('eve')).outcome).toMatchObject({ kind: 'counted', missing: 1 });
    await expect(approve('eve')).rejects.toMatchObject({ code: 'already_approved' });
    await editCampaign(op, { campaignId, revision: 1, definition: { ...definition, priority: 60 } });
    expect(await stateOf(campaignId)).toBe('draft');
    await submitCampaign(op, await reviewed(campaignId));
    expect((await approve('eve')).outcome).toMatchObject({ kind: 'counted' });
    expect((await approve('fay')).outcome).toMatchObject({ kind: 'approved' });
    expect(await stateOf(campaignId)).toBe('scheduled');

    const second = await createCampaign(op, definition);
    const editor = person('ann', 'admin');
    await editCampaign(editor, { campaignId: second.campaignId, revision: 1, definition });
    const own = approveCampaign(editor, { ...(await reviewed(second.campaignId)), comment: 'mine' });
    await expect(own).rejects.toMatchObject({ code: 'wrong_state' });
    await submitCampaign(op, await reviewed(second.campaignId));
    const self = approveCampaign(editor, { ...(await reviewed(second.campaignId)), comment: 'mine' });
    await expect(self).rejects.toMatchObject({ code: 'own_campaign' });
    await denyCampaign(person('eve', 'approver'), { ...(await reviewed(second.campaignId)), comment: 'no' });
    expect(await stateOf(second.campaignId)).toBe('draft');
    await deleteDraft(op, { campaignId: second.campaignId });
  });
});

describe('dry run', () => {
  it('gives wave sizes, volume and a finish from the windows of the fleet’s own zones', async () => {
    const run = await dryRunCampaign(harness.ctx, {
      definition: {
        name: 'D',
        releaseIds: ['bms-2'],
        waves: [
          { name: 'Ten', size: { kind: 'count', count: 10 } },
          { name: 'Rest', size: { kind: 'rest' } },
        ],
        schedule: { windows: [{ startsAt: '02:00', durationMinutes: 60 }] },
        rate: { maximumPerMinute: 1000 },
      },
    });
    expect(run.waves.map(({ vehicles }) => vehicles)).toEqual([10, 30]);
    expect(run).toMatchObject({ vehicles: 40, downloadBytes: 40_000, complete: true });
    // 08:00 UTC now: Tokyo opens at 17:00 UTC, Berlin at 01:00 UTC of the next day.
    expect(run.earliestFinishAt.toISOString().slice(0, 13)).toBe('2026-11-03T01');
  });
});

describe('a running campaign', () => {
  it('leaves out vehicles that a person names, and opens a wave by hand', async () => {
    const { ctx } = harness;
    const gate = { successThreshold: 1, minimumSample: 1, soakMinutes: 0, manual: true };
    const { campaignId } = await createCampaign(ctx, {
      name: 'By hand',
      releaseIds: ['bms-2'],
      waves: [
        {
          name: 'One',
          size: {
            kind: 'filter',
            filter: { kind: 'text', field: 'vin', operator: 'in', values: vins.slice(0, 4) },
          },
          gate,
        },
        { name: 'Two', size: { kind: 'rest' } },
      ],
      rate: { maximumPerMinute: 100_000 },
    });
    await startCampaign(ctx, await reviewed(campaignId));
    await harness.settle();
    expect(await statesOf(database, campaignId)).toEqual({ notified: 4, pending: 36 });
    const [told = '', , , , waiting = ''] = vins;
    const out = await excludeVehicles(ctx, { campaignId, vins: [told, waiting], comment: 'test cars' });
    expect(out).toMatchObject({ vehicles: 2, moved: 1 });
    await harness.settle();
    expect(harness.received.filter(({ vin }) => vin === told).at(-1)?.update.signed.targets).toEqual({});
    await vehicleOf(harness, told).says(campaignId, 'cancelled');
    expect(await statesOf(database, campaignId)).toEqual({
      cancelled: 1,
      excluded: 1,
      notified: 3,
      pending: 35,
    });

    for (const vin of vins.slice(1, 4)) await vehicleOf(harness, vin).reports({ BMS: '2.0.0', VCU: '5.0.0' });
    await harness.settle();
    const waves = () => database.prisma.wave.findMany({ where: { campaignId }, orderBy: { number: 'asc' } });
    expect((await waves()).map(({ state }) => state)).toEqual(['awaiting_manual', 'waiting']);
    await openNextWave(ctx, { campaignId, wave: 1 });
    await harness.settle();
    harness.clock.advance(1);
    await harness.settle();
    expect(await statesOf(database, campaignId)).toEqual({
      cancelled: 1,
      confirmed: 3,
      excluded: 1,
      notified: 35,
    });
    const courses = await Promise.all([0, 1].map((wave) => getWaveCourse(ctx, { campaignId, wave })));
    expect(courses.map(({ counts }) => counts)).toEqual([
      { cancelled: 1, confirmed: 3 },
      { excluded: 1, notified: 35 },
    ]);
    const gained = courses.map(({ steps }) =>
      steps.reduce((sum, { changes }) => sum + (changes.notified ?? 0), 0),
    );
    expect(gained).toEqual([0, 35]);
    const vinsHeard = async (wave?: number) => {
      const heard = await listCampaignEvents(ctx, {
        campaignId,
        limit: 500,
        ...(wave === undefined ? {} : { wave }),
      });
      return new Set(heard.events.map(({ vin }) => vin));
    };
    const [first, second, all] = [await vinsHeard(0), await vinsHeard(1), await vinsHeard()];
    expect([first.size, second.size]).toEqual([4, 36]);
    expect([...first].filter((vin) => second.has(vin))).toEqual([]);
    expect(all).toEqual(new Set([...first, ...second]));
    await expect(openNextWave(ctx, { campaignId, wave: 1 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readCounters(database.pool, campaignId)).toEqual(await recount(database.pool, campaignId));
  });

  it('leaves an unbroken audit chain, whichever connection wrote it', async () => {
    expect(await findBrokenAuditEntry(database.prisma)).toBeNull();
    const actions = await database.prisma.auditEntry.findMany({
      select: { action: true },
      distinct: ['action'],
    });
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'campaign.create',
        'campaign.exclude_vehicles',
        'campaign.open_wave',
        'campaign.approve',
      ]),
    );
  });
});
