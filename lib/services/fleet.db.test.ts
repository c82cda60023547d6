import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { FleetSort } from '#lib/db/queries/fleet.ts';
import { listFleetEcuTypes } from '#lib/db/queries/fleet-facets.ts';
import { ValidationError } from '#lib/errors.ts';
import { seedFleet } from '#prisma/seed/fleet.ts';
import { countVehicles } from './count-vehicles.ts';
import { exportVehiclesCsv } from './export-vehicles-csv.ts';
import { getFleetFacets } from './get-fleet-facets.ts';
import { getJob } from './get-job.ts';
import { getOverview } from './get-overview.ts';
import { getVehicle } from './get-vehicle.ts';
import { getVehicleTimeline } from './get-vehicle-timeline.ts';
import { getVersionFacet } from './get-version-facet.ts';
import { getVersionHistory } from './get-version-history.ts';
import { listVehicles } from './list-vehicles.ts';
import { tagVehicles } from './tag-vehicles.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
const size = 2_300;
const ctx = () => personContext(db);

beforeAll(async () => {
  db = await createTestDatabase({ max: 10 });
  await seedFleet(
    {
      db,
      store: { directory: undefined } as never,
      credentialSecret: 'secret of the simulated fleet',
      now: ctx().now(),
      say: () => undefined,
    },
    { vehicles: size, append: false, history: true, exact: false, online: 0.25, seed: 1 },
  );
});
afterAll(() => db.drop());

type Query = Parameters<typeof listVehicles>[1];

async function all(query: Query) {
  const rows: Awaited<ReturnType<typeof listVehicles>>['rows'] = [];
  let cursor: string | undefined;
  do {
    const page = await listVehicles(ctx(), { ...query, limit: 333, cursor });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

describe('the fleet', () => {
  it.each(FleetSort.options.flatMap((sort) => [false, true].map((descending) => ({ sort, descending }))))(
    'is paged by $sort (descending: $descending) without gaps and repetitions',
    async ({ sort, descending }) => {
      const rows = await all({ sort, descending });
      expect(rows).toHaveLength(size);
      expect(new Set(rows.map(({ vin }) => vin)).size).toBe(size);
      const keys = rows.map((row) => (sort === 'lastSeen' ? row.lastSeenBucket : row[sort]));
      const ordered = keys.every((key, index) => {
        const before = keys[index - 1];
        return before === undefined || (descending ? before >= key : before <= key);
      });
      expect(ordered).toBe(true);
    },
  );

  it('is counted exactly, whole and filtered', async () => {
    expect(await countVehicles(ctx(), {})).toEqual({ count: size });
    const filter = {
      kind: 'and' as const,
      filters: [
        { kind: 'online' as const, value: true },
        { kind: 'text' as const, field: 'model' as const, operator: '=' as const, values: ['Aurora'] },
      ],
    };
    const rows = await all({ filter });
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.every(({ online, model }) => online && model === 'Aurora')).toBe(true);
    expect(await countVehicles(ctx(), { filter })).toEqual({ count: rows.length });
  });

  it('has facets that add up', async () => {
    const facets = await getFleetFacets(ctx(), {});
    expect(facets.total).toBe(size);
    for (const facet of [facets.model, facets.region, facets.modelYear]) {
      expect(facet.reduce((sum, { count }) => sum + count, 0)).toBe(size);
    }
    const filter = { kind: 'online' as const, value: true };
    expect(facets.online).toBe((await countVehicles(ctx(), { filter })).count);
    const types = await listFleetEcuTypes(db.pool);
    expect(types).toContain('ADAS-CAM');
    const versions = await getVersionFacet(ctx(), { ecuType: 'TCU' });
    expect(versions.reduce((sum, { count }) => sum + count, 0)).toBe(size);
    const online = await getVersionFacet(ctx(), { ecuType: 'TCU', filter });
    expect(online.reduce((sum, { count }) => sum + count, 0)).toBe(facets.online);
  });

  it('refuses a cursor of another order or of nobody', async () => {
    const { next } = await listVehicles(ctx(), { limit: 1 });
    const cursor = next ?? '';
    await expect(listVehicles(ctx(), { cursor, sort: 'model' })).rejects.toBeInstanceOf(ValidationError);
    await expect(listVehicles(ctx(), { cursor: 'abc' })).rejects.toBeInstanceOf(ValidationError);
  });

  it('is exported as what is filtered', async () => {
    const filter = {
      kind: 'text' as const,
      field: 'region' as const,
      operator: '=' as const,
      values: ['JP'],
    };
    let csv = '';
    for await (const piece of await exportVehiclesCsv(ctx(), { filter, sort: 'lastSeen' })) csv += piece;
    const [header, ...lines] = csv.trim().split('\n');
    expect(header).toMatch(/^vin,model,modelYear,region/);
    expect(lines).toHaveLength((await countVehicles(ctx(), { filter })).count);
    expect(lines.every((line) => line.includes(',JP,'))).toBe(true);
  });

  it('is tagged as a job, and each vehicle once', async () => {
    const order = { selection: { filter: { kind: 'all' as const } }, add: ['winter'], remove: ['pilot'] };
    const { jobId, total } = await tagVehicles(ctx(), order);
    expect(total).toBe(size);
    await expect
      .poll(() => getJob(ctx(), { id: jobId }), { timeout: 15_000 })
      .toMatchObject({ state: 'done', done: size });
    const tagged = (tag: string) =>
      countVehicles(ctx(), { filter: { kind: 'text', field: 'tag', operator: '=', values: [tag] } });
    expect(await tagged('winter')).toEqual({ count: size });
    expect(await tagged('pilot')).toEqual({ count: 0 });
    const again = await tagVehicles(ctx(), {
      ...order,
      selection: { filter: { kind: 'text', field: 'model', operator: '=', values: ['Delta'] } },
    });
    expect(await getJob(ctx(), { id: again.jobId })).toMatchObject({ state: 'done' });
    const stored = await db.prisma.job.findUniqueOrThrow({ where: { id: again.jobId } });
    expect(stored.result).toMatchObject({ changed: 0 });
  });

  it('shows one vehicle with its past', async () => {
    const vin = (await listVehicles(ctx(), { limit: 1 })).rows[0]?.vin ?? '';
    const { vehicle, ecus } = await getVehicle(ctx(), { vin });
    expect(vehicle.configurationKey).toHaveLength(22);
    expect(ecus.length).toBeGreaterThan(4);
    const history: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await getVersionHistory(ctx(), { vin, limit: 2, cursor });
      history.push(...page.rows.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(history).size).toBe(history.length);
    const stored = await db.prisma.ecuVersion.count({ where: { vin } });
    expect(history).toHaveLength(stored);
    expect((await getVehicleTimeline(ctx(), { vin })).next).toBeNull();
  });

  it('has its figures on the overview', async () => {
    const { fleet, campaigns, needsYou } = await getOverview(ctx(), {});
    expect(fleet).toMatchObject({ vehicles: size, neverSeen: 0 });
    expect([campaigns, needsYou]).toEqual([[], []]);
  });
});
