import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { readSettings } from '../services/settings.ts';
import { applyRetention } from './retention.ts';
import { takeVersionCensus } from './version-census.ts';

let db: TestDatabase;
const now = new Date('2026-11-23T12:00:00Z');
const vin = 'WVWZZZ1JZXW000001';
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('deletes what is too old and nothing else', async () => {
  const { prisma } = db;
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const row = (state: string, days: number) => ({
    source: `${state}${days}`,
    reason: 'invalid',
    detail: '',
    state,
    firstSeenAt: daysAgo(days),
    lastSeenAt: daysAgo(days),
  });
  await prisma.quarantine.createMany({
    data: [row('open', 400), row('dismissed', 400), row('replayed', 89)],
  });
  await prisma.timelineEvent.createMany({
    data: Array.from({ length: 6_001 }, () => ({ vin, at: daysAgo(4_000), kind: 'report' })),
  });
  await prisma.timelineEvent.create({ data: { vin, at: daysAgo(10), kind: 'report' } });
  await prisma.vehicleState.create({ data: { vin, directorVersion: 2 } });
  const document = (version: number) => ({
    vin,
    version,
    envelope: {},
    issuedAt: daysAgo(5_000),
    expiresAt: now,
  });
  await prisma.directorDocument.createMany({ data: [document(1), document(2)] });

  expect(await applyRetention(db.pool, await readSettings(prisma), now)).toBe(6_003);
  const left = await prisma.quarantine.findMany({ orderBy: { source: 'asc' }, select: { source: true } });
  expect(left).toEqual([{ source: 'open400' }, { source: 'replayed89' }]);
  expect(await prisma.timelineEvent.count()).toBe(1);
  expect(await prisma.directorDocument.findMany({ select: { version: true } })).toEqual([{ version: 2 }]);
});

it('takes the census of a day once, and corrects it', async () => {
  const ecu = { vin, type: 'BMS', hardwareVersion: 'A', status: 'ok', changedAt: now };
  await db.prisma.ecu.create({ data: { ...ecu, ecuId: 'B1', softwareVersion: '1' } });
  await takeVersionCensus(db.pool, now);
  await db.prisma.ecu.create({ data: { ...ecu, ecuId: 'B2', softwareVersion: '1' } });
  await takeVersionCensus(db.pool, now);
  const census = await db.prisma.versionCensus.findMany();
  expect(census).toMatchObject([{ type: 'BMS', softwareVersion: '1', count: 2 }]);
  expect(census[0]?.day.toISOString()).toBe('2026-11-23T00:00:00.000Z');
});
