import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { silentLog } from '#lib/log.ts';
import type { RunningProcess } from '#lib/process.ts';
import { runWorker } from '#lib/worker/run-worker.ts';
import { clientIdOf } from '#lib/worker/slots.ts';
import { inboundOnly, registerVehicles, send, testConfig, testReport, testVin } from '#lib/worker/testing.ts';
import { createTestDatabase, type TestDatabase } from './fixtures/database.ts';
import { type Mosquitto, startMosquitto } from './fixtures/tools.ts';

const waiting = { timeout: 15_000, interval: 50 };
const vins = Array.from({ length: 200 }, (_, index) => testVin(index));
let mosquitto: Mosquitto;
let db: TestDatabase;
let fleet: MqttClient;
const workers: RunningProcess[] = [];

beforeAll(async () => {
  mosquitto = await startMosquitto(['allow_anonymous true', 'max_queued_messages 1000000']);
  db = await createTestDatabase();
  await registerVehicles(db, vins);
  fleet = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5 });
});
afterAll(async () => {
  fleet.end(true);
  await Promise.all(workers.map((worker) => worker.stop()));
  await mosquitto.stop();
  await db.drop();
});

const startWorker = async () => {
  const config = testConfig(db.url, mosquitto.url);
  const worker = await runWorker({ config, log: silentLog() }, inboundOnly);
  workers.push(worker);
  return worker;
};
const reportAll = (sequence: number) =>
  Promise.all(
    vins.map((vin) =>
      send(fleet, vin, testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: `1.${sequence}` }])),
    ),
  );
const committed = async (sequence: number) => {
  const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM vehicle_states WHERE sequence = $1', [
    sequence,
  ]);
  return rows[0].n;
};

test('workers share the messages over MQTT 5, each with a slot of its own', async () => {
  const first = await startWorker();
  const second = await startWorker();
  expect(first.details?.()).toMatchObject({ state: 'active', shared: true, mqtt: '5', slot: 0 });
  expect(second.details?.()).toMatchObject({ state: 'active', shared: true, mqtt: '5', slot: 1 });
  await reportAll(1);
  await vi.waitFor(async () => expect(await committed(1)).toBe(vins.length), waiting);
  expect(first.details?.().messages).toBeGreaterThan(0);
  expect(second.details?.().messages).toBeGreaterThan(0);
});

test('what was given to a slot without an owner is drained by a surviving worker', async () => {
  const second = workers.pop();
  await second?.stop();
  await reportAll(2);
  await vi.waitFor(async () => expect(await committed(2)).toBe(vins.length), waiting);
  await vi.waitFor(
    async () => expect((await db.pool.query('SELECT slot FROM worker_slots')).rows).toEqual([{ slot: 0 }]),
    waiting,
  );
  const history = await db.pool.query('SELECT count(*)::int AS n FROM ecu_versions');
  expect(history.rows[0].n).toBe(2 * vins.length);
  const probe = await mqtt.connectAsync(mosquitto.url, {
    protocolVersion: 5,
    clientId: clientIdOf(1),
    clean: false,
  });
  expect(Reflect.get(probe, 'connackPacket')).toMatchObject({ sessionPresent: false });
  probe.end(true);
});
