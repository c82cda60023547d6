import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { openDatabase } from '#lib/db/client.ts';
import { countAlertDeliveries } from '#lib/db/queries/alert-deliveries.ts';
import { readDueOffers } from '#lib/db/queries/due-offers.ts';
import { countReleases } from '#lib/db/queries/release-list.ts';
import { readVersionCourse } from '#lib/db/queries/version-course.ts';
import { takeVersionCensus } from '#lib/db/version-census.ts';
import { NotFoundError } from '#lib/errors.ts';
import { createAlertChannel } from './create-alert-channel.ts';
import { createEcuType } from './create-ecu-type.ts';
import { walkPages } from './csv-pieces.ts';
import { exportAlertDeliveriesCsv } from './export-alert-deliveries-csv.ts';
import { exportReleasesCsv } from './export-releases-csv.ts';
import { listAlertDeliveries } from './list-alert-deliveries.ts';
import { listJobs } from './list-jobs.ts';
import { listReleasePage } from './list-release-page.ts';
import { matchVins } from './match-vins.ts';
import { testAlertChannel } from './test-alert-channel.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
const ctx = () => personContext(db, 'admin');
const vins = ['WVWZZZ1JZXW000001', 'WVWZZZ1JZXW000002', 'WVWZZZ1JZXW000003'] as const;

async function all<Row>(pages: AsyncGenerator<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
async function lines(pieces: AsyncGenerator<string>): Promise<string[]> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text.trim().split('\n');
}

describe('releases', () => {
  beforeAll(async () => {
    await createEcuType(ctx(), { name: 'A', versionScheme: 'semver' });
    await createEcuType(ctx(), { name: 'B', versionScheme: 'semver' });
    await db.prisma.release.createMany({
      data: Array.from({ length: 730 }, (_, n) => ({
        id: `r${n}`,
        ecuType: n % 2 ? 'A' : 'B',
        version: `1.${n}.0`,
        hardwareVersions: [n < 5 ? 'RARE-1' : 'HW-1'],
        fromVersions: { kind: 'any' },
        preconditions: {},
        state: n % 10 ? 'released' : 'draft',
        createdBy: 'x',
        // Many at one instant: the id decides then.
        createdAt: new Date(Date.UTC(2026, 10, 1) + Math.floor(n / 50) * 1000),
      })),
    });
  });

  it.each([
    { sort: 'createdAt', descending: true },
    { sort: 'createdAt', descending: false },
    { sort: 'ecuType', descending: true },
    { sort: 'ecuType', descending: false },
  ] as const)('come page by page in the order $sort $descending, none twice, none lost', async (order) => {
    const rows = await all(walkPages((cursor) => listReleasePage(ctx(), { ...order, cursor, limit: 37 })));
    expect(rows).toHaveLength(730);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(730);
    const keys = rows.map(({ createdAt, ecuType }) => (order.sort === 'ecuType' ? ecuType : +createdAt));
    const sorted = keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(keys).toEqual(order.descending ? sorted.toReversed() : sorted);
  });

  it('are found by type, version and hardware, counted, and exported as they are filtered', async () => {
    const query = { text: 'rare', state: 'released' as const };
    const { rows } = await listReleasePage(ctx(), query);
    expect(rows.map(({ id }) => id).sort()).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(await countReleases(db.pool, query)).toEqual({ selected: 4, all: 730 });
    expect(await lines(await exportReleasesCsv(ctx(), query))).toHaveLength(5);
  });
});

describe('alert deliveries', () => {
  it('are paged, counted and exported; a test is one of them, and is in the audit log', async () => {
    const channel = await createAlertChannel(ctx(), {
      kind: 'webhook',
      name: 'Control room',
      target: 'https://example.org/hook',
      events: ['offers_stopped'],
      enabled: false,
    });
    await db.prisma.alertDelivery.createMany({
      data: Array.from({ length: 120 }, (_, n) => ({
        channelId: channel.id,
        event: 'offers_stopped',
        subject: `Alert ${n}`,
        body: {},
        state: n < 7 ? 'failed' : 'delivered',
      })),
    });
    const { deliveryId } = await testAlertChannel(ctx(), { id: channel.id });
    const rows = await all(walkPages((cursor) => listAlertDeliveries(ctx(), { cursor, limit: 50 })));
    expect(rows).toHaveLength(121);
    expect(rows[0]).toMatchObject({
      id: deliveryId,
      event: 'test',
      state: 'queued',
      channelName: 'Control room',
    });
    expect(await countAlertDeliveries(db.pool, { state: 'failed' })).toBe(7);
    expect(await lines(await exportAlertDeliveriesCsv(ctx(), { state: 'failed' }))).toHaveLength(8);
    expect(await db.prisma.auditEntry.findFirst({ where: { action: 'alert.test_channel' } })).toMatchObject({
      subjectId: channel.id,
      after: { name: 'Control room', kind: 'webhook' },
    });
    await expect(testAlertChannel(ctx(), { id: 'none' })).rejects.toBeInstanceOf(NotFoundError);
  });
});

it('jobs come page by page, the newest first', async () => {
  const at = new Date('2026-11-20T00:00:00Z');
  await db.prisma.job.createMany({
    data: Array.from({ length: 25 }, (_, n) => ({
      id: `job${String(n).padStart(2, '0')}`,
      kind: 'tag_vehicles',
      input: {},
      createdBy: 'x',
      createdAt: at,
    })),
  });
  const rows = await all(walkPages((cursor) => listJobs(ctx(), { cursor, limit: 10 })));
  expect(rows.map(({ id }) => id)).toEqual(
    rows
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  );
  expect(rows).toHaveLength(25);
});

it('tells which of many VINs are registered', async () => {
  const master = { model: 'M', modelYear: 2025, region: 'R', timeZone: 'UTC' };
  await db.prisma.vehicle.createMany({
    data: [
      { vin: vins[0], ...master },
      { vin: vins[1], ...master },
      { vin: vins[2], ...master, retiredAt: new Date() },
    ],
  });
  expect(await matchVins(ctx(), { vins: [vins[1], 'NONE', vins[0], vins[1], vins[2]] })).toEqual({
    found: [vins[1], vins[0]],
    missing: ['NONE', vins[2]],
  });
});

describe('offers that are due', () => {
  it('are told apart from those that the rate of their campaign holds back', async () => {
    const make = async (id: string, maximumPerMinute: number, paidUntil: Date | null, due: number) => {
      await db.prisma.campaign.create({
        data: {
          id,
          name: id,
          state: 'running',
          definition: { rate: { maximumPerMinute } },
          rateWindowAt: paidUntil,
          createdBy: 'x',
          createdByName: 'x',
          waves: { create: { number: 0, name: 'One', state: 'running' } },
        },
      });
      await db.prisma.assignment.createMany({
        data: Array.from({ length: due }, (_, n) => ({
          campaignId: id,
          vin: `${id}${n}`,
          wave: 0,
          dueAt: new Date(Date.now() - 60_000),
        })),
      });
    };
    expect(await readDueOffers(db.pool)).toEqual({ due: 0, lagSeconds: null, heldByRate: 0 });
    // Its budget is spent for the next minute.
    await make('held', 10, new Date(Date.now() + 60_000), 5);
    expect(await readDueOffers(db.pool)).toEqual({ due: 0, lagSeconds: null, heldByRate: 5 });
    await make('free', 1_000_000, null, 3);
    const both = await readDueOffers(db.pool);
    expect(both).toMatchObject({ due: 3, heldByRate: 5 });
    expect(both.lagSeconds).toBeGreaterThan(50);
  });
});

it('draws the course of versions from the census, today from what runs now', async () => {
  const ecu = (vin: string, softwareVersion: string) => ({
    vin,
    ecuId: 'C',
    type: 'C',
    hardwareVersion: 'H',
    softwareVersion,
    status: 'ok',
    changedAt: new Date(),
  });
  await db.prisma.ecu.createMany({ data: [ecu(vins[0], '1.1.0'), ecu(vins[1], '1.1.0')] });
  const now = new Date('2026-11-23T12:00:00Z');
  await takeVersionCensus(db.pool, new Date('2026-11-21T12:00:00Z'));
  await db.prisma.ecu.updateMany({ where: { vin: vins[1] }, data: { softwareVersion: '1.3.0' } });
  // Counts are remembered for a while by connection pool, and these have changed just now.
  const reader = openDatabase(db.url, { max: 2, name: 'course test' });
  const course = await readVersionCourse(reader.pool, 'C', 30, now).finally(() => reader.close());
  expect(course.days).toEqual(['2026-11-21', '2026-11-22', '2026-11-23']);
  expect(course.series.map(({ version, counts }) => [version, counts])).toEqual([
    ['1.1.0', [2, null, 1]],
    ['1.3.0', [0, null, 1]],
  ]);
});
