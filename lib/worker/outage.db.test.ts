import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { LIVE_CHANNEL, LiveHint } from '#lib/protocol/live-hint.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
import { ingestMessages } from './inbound/ingest-messages.ts';
import { registerVehicles, startInboundStack, testReport, testVin } from './testing.ts';

const waiting = { timeout: 20_000, interval: 50 };
let stack: Awaited<ReturnType<typeof startInboundStack>>;
let admin: pg.Client;

beforeAll(async () => {
  stack = await startInboundStack();
  admin = new pg.Client({ connectionString: inject('testPostgresUrl') });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await stack.stop();
});

test('while the database is away nothing is acknowledged, afterwards everything is stored', async () => {
  const vin = testVin(1);
  const { send, control } = await stack.vehicle(vin);
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(() => expect(control()).toHaveLength(1), waiting);
  const database = new URL(stack.db.url).pathname.slice(1);
  stack.db.pool.on('error', () => undefined);
  await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);
  for (let sequence = 2; sequence <= 20; sequence++) {
    await send(testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: `${sequence}` }]));
  }
  await vi.waitFor(
    () => expect(stack.details()).toMatchObject({ held: 19, retries: expect.any(Number) }),
    waiting,
  );
  await vi.waitFor(() => expect(stack.details()?.retries).toBeGreaterThan(1), waiting);
  expect(control()).toHaveLength(1);
  await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS true`);
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 20 }), waiting);
  const history = await stack.db.pool.query('SELECT count(*)::int AS n FROM ecu_versions WHERE vin = $1', [
    vin,
  ]);
  expect(history.rows[0].n).toBe(20);
  await vi.waitFor(() => expect(stack.details()).toMatchObject({ state: 'active', held: 0 }), waiting);
});

test('a commit is announced by hints that name its vehicles', async () => {
  const listener = new pg.Client({ connectionString: stack.db.url });
  await listener.connect();
  const hints: LiveHint[] = [];
  listener.on('notification', ({ payload }) => hints.push(LiveHint.parse(JSON.parse(payload ?? ''))));
  await listener.query(`LISTEN ${LIVE_CHANNEL}`);
  const vin = testVin(2);
  const { send } = await stack.vehicle(vin);
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(
    () => expect(hints).toContainEqual({ subjects: ['vehicle'], vins: [vin], campaigns: [] }),
    waiting,
  );
  await listener.end();
});

test('messages at QoS 0 and 2 are stored as well', async () => {
  const vin = testVin(3);
  const { client } = await stack.vehicle(vin);
  for (const qos of [0, 2] as const) {
    const report = testReport(vin, qos + 1, [{ ecuId: 'BMS', softwareVersion: `${qos}` }]);
    await client.publishAsync(`ECU_Details/${vin}`, JSON.stringify(report), { qos });
  }
  await vi.waitFor(async () => {
    const { rows } = await stack.db.pool.query(
      'SELECT sequence::int FROM ecu_versions WHERE vin = $1 ORDER BY id',
      [vin],
    );
    expect(rows).toEqual([{ sequence: 1 }, { sequence: 3 }]);
  }, waiting);
});

test('stored bytes can be replayed without a broker, once their vehicle is registered', async () => {
  const vin = testVin(4);
  const names = TopicNames.parse({});
  const payload = Buffer.from(JSON.stringify(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }])));
  const message = { topic: `ECU_Details/${vin}`, payload, qos: 1 as const };
  const replay = () => ingestMessages(stack.db, [message], { names, now: new Date() });
  expect(await replay()).toMatchObject([{ kind: 'quarantined', reason: 'unknown_vehicle' }]);
  await registerVehicles(stack.db, [vin]);
  expect(await replay()).toEqual([{ kind: 'stored' }]);
});
