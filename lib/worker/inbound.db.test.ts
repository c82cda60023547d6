import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startInboundStack, testHeartbeat, testReport, testVin } from './testing.ts';

const waiting = { timeout: 10_000, interval: 20 };
let stack: Awaited<ReturnType<typeof startInboundStack>>;
let number = 0;

beforeAll(async () => {
  stack = await startInboundStack();
});
afterAll(() => stack.stop());

const nextVehicle = async () => {
  const vin = testVin(++number);
  return { vin, ...(await stack.vehicle(vin)) };
};
const rows = async (sql: string, ...values: unknown[]) => (await stack.db.pool.query(sql, values)).rows;
const stateOf = async (vin: string) => (await rows('SELECT * FROM vehicle_states WHERE vin = $1', vin))[0];
const historyOf = (vin: string) =>
  rows(
    'SELECT ecu_id, software_version, state, epoch, sequence::int FROM ecu_versions WHERE vin = $1 ORDER BY epoch, sequence, ecu_id',
    vin,
  );

test('a full report becomes rows, history, a timeline row and a committed acknowledgment', async () => {
  const { vin, send, control } = await nextVehicle();
  const report = testReport(vin, 1, [
    { ecuId: 'BMS', softwareVersion: '1.0.0' },
    { ecuId: 'GW', softwareVersion: '39990-TLA-A040' },
  ]);
  await send(report);
  await vi.waitFor(() => expect(control()).toContainEqual({ v: 1, kind: 'ack', sequence: 1 }), waiting);
  expect(await stateOf(vin)).toMatchObject({ sequence: '1', epoch: 1, tcu_serial: report.tcu.serial });
  expect(await historyOf(vin)).toEqual([
    { ecu_id: 'BMS', software_version: '1.0.0', state: 'present', epoch: 1, sequence: 1 },
    { ecu_id: 'GW', software_version: '39990-TLA-A040', state: 'present', epoch: 1, sequence: 1 },
  ]);
  expect(await rows('SELECT kind, sequence::int FROM timeline_events WHERE vin = $1', vin)).toEqual([
    { kind: 'first_report', sequence: 1 },
  ]);
  await send(testHeartbeat(report, 2));
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '2' }), waiting);
});
