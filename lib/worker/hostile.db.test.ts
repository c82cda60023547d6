import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemContext } from '#lib/services/context.ts';
import { retireVehicle } from '#lib/services/retire-vehicle.ts';
import { startInboundStack, testHeartbeat, testReport, testVin } from './testing.ts';

const waiting = { timeout: 10_000, interval: 20 };
let stack: Awaited<ReturnType<typeof startInboundStack>>;
let number = 500;

beforeAll(async () => {
  stack = await startInboundStack();
});
afterAll(() => stack.stop());

const nextVehicle = async () => {
  const vin = testVin(++number);
  return { vin, ...(await stack.vehicle(vin)) };
};
const rows = async (sql: string, ...values: unknown[]) => (await stack.db.pool.query(sql, values)).rows;
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test.each([
  [
    'an ECU nested deeper than the stack',
    (text: string) => text.replace('"status"', `"x":${deep(100_000)},"status"`),
  ],
  [
    'a TCU nested deeper than the stack',
    (text: string) => text.replace('"serial"', `"x":${deep(100_000)},"serial"`),
  ],
  ['a number beyond all numbers', (text: string) => text.replace('"status"', '"x":1e999,"status"')],
])('%s goes into quarantine, and the worker lives on', async (_, spoil) => {
  const { vin, send, control } = await nextVehicle();
  const ecus = [{ ecuId: 'BMS', softwareVersion: '1' }];
  await send(spoil(JSON.stringify(testReport(vin, 1, ecus))));
  await send(testReport(vin, 2, ecus));
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 2 }), waiting);
  expect(await rows('SELECT reason, count FROM quarantine WHERE source = $1', vin)).toEqual([
    { reason: 'invalid', count: 1 },
  ]);
});

test('a report that waits while its vehicle is being retired is not heard either', async () => {
  const { vin, send } = await nextVehicle();
  const online = (connectionId: string) => ({ v: 1, state: 'online', connectionId });
  await send(online('connection-1'), 'TCU_Presence');
  const stored = () =>
    rows('SELECT online, connection_id AS connection FROM vehicle_states WHERE vin = $1', vin);
  await vi.waitFor(async () => expect(await stored()).toMatchObject([{ online: true }]), waiting);
  const client = await stack.db.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE vehicle_states SET online = false, connection_id = NULL WHERE vin = $1', [
      vin,
    ]);
    await send(online('connection-2'), 'TCU_Presence');
    await vi.waitFor(
      async () => expect(await rows(`SELECT 1 FROM pg_locks WHERE NOT granted`)).not.toEqual([]),
      waiting,
    );
    await client.query('UPDATE vehicles SET retired_at = now() WHERE vin = $1', [vin]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(
    async () => expect(await rows('SELECT 1 FROM quarantine WHERE source = $1', vin)).toHaveLength(1),
    waiting,
  );
  expect(await stored()).toEqual([{ online: false, connection: null }]);
});

test('a retired vehicle is not heard any more, though its broker may let it in', async () => {
  const { vin, send, control } = await nextVehicle();
  const report = testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]);
  await send({ v: 1, state: 'online', connectionId: 'connection-1' }, 'TCU_Presence');
  await send(report);
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ sequence: 1 }), waiting);
  await retireVehicle(systemContext(stack.db, 'test'), { vin });
  await send(testHeartbeat(report, 2));
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT reason FROM quarantine WHERE source = $1', vin)).toEqual([
        { reason: 'unknown_vehicle' },
      ]),
    waiting,
  );
  expect(await rows('SELECT sequence::int, online FROM vehicle_states WHERE vin = $1', vin)).toEqual([
    { sequence: 1, online: false },
  ]);
});

test('the first report of a vehicle whose master data is gone is of an unknown one, whatever is left of its state', async () => {
  const { vin, send } = await nextVehicle();
  await send({ v: 1, state: 'online', connectionId: 'connection-1' }, 'TCU_Presence');
  const state = () => rows('SELECT sequence::int, online FROM vehicle_states WHERE vin = $1', vin);
  await vi.waitFor(async () => expect(await state()).toMatchObject([{ online: true }]), waiting);
  await stack.db.prisma.vehicle.delete({ where: { vin } });
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT reason FROM quarantine WHERE source = $1', vin)).toEqual([
        { reason: 'unknown_vehicle' },
      ]),
    waiting,
  );
  expect(await state()).toEqual([{ sequence: 0, online: true }]);
});
