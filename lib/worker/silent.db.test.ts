import { afterAll, expect, test, vi } from 'vitest';
import { ONLINE_BY_MESSAGE_MS, takeSilentOffline } from './engine/silent.ts';
import { startInboundStack, testHeartbeat, testReport, testVin } from './testing.ts';

const waiting = { timeout: 10_000, interval: 20 };
const VIN = testVin(1);
const stack = await startInboundStack();
afterAll(() => stack.stop());

const rows = async (sql: string) => (await stack.db.pool.query(sql, [VIN])).rows;
const isOnline = async () => (await rows('SELECT online FROM vehicle_states WHERE vin = $1'))[0]?.online;

test('a vehicle without presence is online while it speaks, and offline after a silence', async () => {
  const { send } = await stack.vehicle(VIN);
  const report = testReport(VIN, 1, [{ ecuId: 'BMS', softwareVersion: '1.0.0' }]);
  await send(report);
  await vi.waitFor(async () => expect(await isOnline()).toBe(true), waiting);
  const deps = { db: stack.db, slot: 0 };
  await takeSilentOffline(deps, new Date());
  expect(await isOnline()).toBe(true);
  await takeSilentOffline(deps, new Date(Date.now() + ONLINE_BY_MESSAGE_MS + 60_000));
  expect(await isOnline()).toBe(false);
  // Unchanged, so it would be a mere touch.
  await send(testHeartbeat(report, 2));
  await vi.waitFor(async () => expect(await isOnline()).toBe(true), waiting);
  expect((await rows('SELECT kind FROM timeline_events WHERE vin = $1')).map(({ kind }) => kind)).toEqual([
    'first_report',
  ]);
});
