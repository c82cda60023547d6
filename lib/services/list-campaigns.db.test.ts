import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCampaignFacets } from '#lib/db/queries/campaign-facets.ts';
import { CampaignSort, readCampaignNeighbours } from '#lib/db/queries/campaigns.ts';
import { createHarness, type EngineHarness, seedFleet, seedRelease } from '#lib/worker/engine/testing.ts';
import { createCampaign } from './create-campaign.ts';
import { exportCampaignsCsv } from './export-campaigns-csv.ts';
import { listCampaigns } from './list-campaigns.ts';
import { listOwnDrafts } from './list-own-drafts.ts';
import { listPreviewed } from './list-previewed.ts';
import { personContext } from './testing.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
let harness: EngineHarness;
const COUNT = 23;

beforeAll(async () => {
  harness = await createHarness(database);
  await seedRelease(database, 'bms-2');
  await seedFleet(harness, { count: 12 });
  for (let n = 0; n < COUNT; n += 1) {
    const ctx = personContext(database, n % 3 === 0 ? 'admin' : 'operator');
    const { campaignId } = await createCampaign(ctx, { name: `C${(n * 7) % 10}`, priority: n % 4 });
    // Several that never began, several of one instant.
    if (n % 2 === 0) {
      const startedAt = new Date(Date.UTC(2026, 10, 1 + (n % 5)));
      await database.prisma.campaign.update({ where: { id: campaignId }, data: { startedAt } });
    }
  }
});

describe.each(CampaignSort.options)('in the order of %s', (sort) => {
  it.each([true, false])(
    'descending %s: pages, walk and CSV name the same campaigns once',
    async (descending) => {
      const { ctx } = harness;
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listCampaigns(ctx, { sort, descending, cursor, limit: 4 });
        ids.push(...page.rows.map(({ id }) => id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(ids).toHaveLength(COUNT);
      expect(new Set(ids).size).toBe(COUNT);
      const opposite = await listCampaigns(ctx, { sort, descending: !descending });
      expect(opposite.rows.map(({ id }) => id)).toEqual(ids.toReversed());

      const csv = (await Array.fromAsync(await exportCampaignsCsv(ctx, { sort, descending }))).join('');
      expect(
        csv
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => line.split(',')[0]),
      ).toEqual(ids);

      const query = { states: [], sort, descending };
      for (const [index, id] of ids.entries()) {
        expect(await readCampaignNeighbours(database.pool, query, id)).toEqual({
          previous: ids[index - 1] ?? null,
          next: ids[index + 1] ?? null,
        });
      }
    },
  );
});

it('counts by state and author as if that part of the selection were not made', async () => {
  const facets = await readCampaignFacets(database.pool, { states: ['running'], createdBy: 'admin-1' });
  expect(facets).toMatchObject({ total: 0, states: { draft: 8 }, authors: [] });
  const all = await readCampaignFacets(database.pool, { states: [] });
  expect(all.authors.map(({ id, count }) => [id, count])).toEqual([
    ['operator-1', 15],
    ['admin-1', 8],
  ]);
});

it('offers one’s own drafts that never began, the latest first', async () => {
  const drafts = await listOwnDrafts(personContext(database, 'admin'), {});
  expect(drafts.length).toBe(4);
});

describe('the vehicles behind a figure', () => {
  const definition = {
    name: 'P',
    releaseIds: ['bms-2'],
    waves: [
      { name: 'Five', size: { kind: 'count' as const, count: 5 } },
      { name: 'Rest', size: { kind: 'rest' as const } },
    ],
  };
  it('are those of the funnel and of each wave, page by page', async () => {
    const list = (part: Parameters<typeof listPreviewed>[1]['part'], after?: string) =>
      listPreviewed(harness.ctx, { definition, part, limit: 4, ...(after ? { after } : {}) });
    const eligible: string[] = [];
    let next: string | null | undefined;
    do {
      const page = await list({ kind: 'verdict', verdict: 'eligible' }, next ?? undefined);
      eligible.push(...page.vehicles.map(({ vin }) => vin));
      next = page.next;
    } while (next);
    expect(eligible).toHaveLength(12);
    const wave = async (number: number) =>
      (await listPreviewed(harness.ctx, { definition, part: { kind: 'wave', wave: number } })).vehicles;
    const [five, rest] = [await wave(0), await wave(1)];
    expect([five.length, rest.length]).toEqual([5, 7]);
    expect([...five, ...rest].map(({ vin }) => vin).sort()).toEqual(eligible);
    expect((await list({ kind: 'verdict', verdict: 'excluded' })).vehicles).toEqual([]);
    const [one = '', two = ''] = eligible;
    const target = { kind: 'text', field: 'vin', operator: 'in', values: [one, two] } as const;
    const operator = personContext(database, 'operator');
    const { campaignId } = await createCampaign(operator, { name: 'Rival', target, releaseIds: ['bms-2'] });
    const wanted = { kind: 'rival', rivalId: campaignId } as const;
    expect((await list(wanted)).vehicles, 'a draft competes with nobody').toEqual([]);
    await database.prisma.campaign.update({ where: { id: campaignId }, data: { state: 'scheduled' } });
    const shared = await list(wanted);
    expect(shared.vehicles.map(({ vin }) => vin)).toEqual([one, two].sort());
  });
});
