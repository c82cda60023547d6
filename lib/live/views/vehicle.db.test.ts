import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { toPlain } from '#lib/web/plain.ts';
import type { LiveContext } from '../view.ts';
import { vehicleView } from './vehicle.ts';

const VINS = ['WRC000001A0000001', 'WRC000001A0000002', 'WRC000001A0000003'];
let database: TestDatabase;
let context: LiveContext;

beforeAll(async () => {
  database = await createTestDatabase();
  context = { db: database, now: () => new Date() };
  for (const vin of VINS) {
    await database.prisma.vehicle.create({
      data: { vin, model: 'Aurora', modelYear: 2025, region: 'AT', timeZone: 'Europe/Vienna' },
    });
  }
  await database.pool.query(
    `INSERT INTO vehicle_states (vin, online, sequence, last_seen_at)
     SELECT unnest($1::text[]), false, 7, '2026-11-01T00:00:00Z'`,
    [VINS.slice(0, 2)],
  );
});
afterAll(() => database.drop());

test('what moves when vehicles are heard of is read for all of them as the whole read has it', async () => {
  const params = VINS.map((vin) => ({ vin }));
  const load = () => Promise.all(params.map(async (one) => toPlain(await vehicleView.load(context, one))));
  const before = await load();
  await database.pool.query(
    `UPDATE vehicle_states SET online = true, sequence = sequence + 1, presence_at = clock_timestamp(),
       last_seen_at = clock_timestamp(), last_report_at = clock_timestamp(), clock_skew_ms = 1234`,
  );
  const reread = await vehicleView.rereadAll?.(context, params, before);
  const after = await load();
  expect(toPlain(reread?.slice(0, 2))).toEqual(after.slice(0, 2));
  expect(after[0]).not.toEqual(before[0]);
  // The rest is kept as it is, so that nobody compares it again.
  expect(Reflect.get(Object(reread?.[0]), 'timeline')).toBe(before[0]?.timeline);
  // Never heard of, or gone: there is no part to read.
  expect(reread?.[2]).toBeUndefined();
});
