import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { OtaControl } from '#lib/protocol/ota-control.ts';
import { registerVehicles, testReport, testVin } from '#lib/worker/testing.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { findFreePort } from '../fixtures/ports.ts';

const root = join(import.meta.dirname, '../..');
const rounds = 50;
const vins = Array.from({ length: 40 }, (_, index) => testVin(index));
const waiting = { timeout: 90_000, interval: 100 };

let db: TestDatabase;
let port: number;
let dataDir: string;
let broker: ChildProcess;
let worker: ChildProcess;
const children: ChildProcess[] = [];
const tcus: OutboxTcu[] = [];

function start(entry: string): ChildProcess {
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, entry)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      DATABASE_URL: db.url,
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: `${port}`,
      MQTT_TLS_PORT: '0',
      MQTT_PASSWORD: 'backend-secret',
      KEYRING_SECRET: 'keyring-secret-of-the-test',
      AUTH_SECRET: 'auth-secret-of-the-test',
      PAYLOAD_URL_SECRET: 'payload-secret-of-the-test',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
    },
  });
  children.push(child);
  return child;
}

/** A TCU reduced to its outbox: what is not acknowledged as committed is sent again after each connect. */
class OutboxTcu {
  readonly client: MqttClient;
  readonly #vin: string;
  acknowledged = 0;

  constructor(vin: string) {
    this.#vin = vin;
    this.client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: vin,
      username: vin,
      password: `credential-of-${vin}`,
      clean: false,
      reconnectPeriod: 200,
      reconnectOnConnackError: true,
    });
    this.client.on('error', () => undefined);
    this.client.subscribe(`OTA_Control/${vin}`, { qos: 1 });
    this.client.on('message', (_topic, payload) => {
      const control = OtaControl.parse(JSON.parse(payload.toString()));
      if (control.kind === 'ack') this.acknowledged = Math.max(this.acknowledged, control.sequence);
    });
    this.client.on('connect', () => this.#sendOutbox());
  }

  #sendOutbox(): void {
    const outbox = Array.from({ length: rounds }, (_, index) => index + 1);
    for (const sequence of outbox.filter((one) => one > this.acknowledged)) {
      const isReport = sequence % 2 === 1;
      const status = { v: 1, vin: this.#vin, sequence, campaignId: 'c', attempt: 1, phase: 'downloading' };
      const report = testReport(this.#vin, sequence, [{ ecuId: 'BMS', softwareVersion: `1.${sequence}` }]);
      const topic = `${isReport ? 'ECU_Details' : 'OTA_Status'}/${this.#vin}`;
      this.client.publish(topic, JSON.stringify(isReport ? report : status), { qos: 1 });
    }
  }
}

const rows = async (sql: string) => (await db.pool.query(sql)).rows;
const isRunning = (name: string) =>
  vi.waitFor(
    async () =>
      expect(
        await rows(
          `SELECT 1 FROM process_heartbeats WHERE name = '${name}' AND details->>'state' IS DISTINCT FROM 'standby'`,
        ),
      ).toHaveLength(1),
    waiting,
  );

beforeAll(async () => {
  db = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'roadcast-crash-'));
  port = await findFreePort();
  await registerVehicles(db, vins);
  await db.prisma.vehicleCredential.createMany({
    data: vins.map((vin) => ({ vin, ...storedCredentialOf(`credential-of-${vin}`) })),
  });
  broker = start('lib/broker/main.ts');
  await isRunning('broker');
  worker = start('lib/worker/main.ts');
  await isRunning('worker');
});
afterAll(async () => {
  for (const { client } of tcus) client.end(true);
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
  await db.drop();
});

test('worker and broker killed with 2,000 messages in flight: nothing is lost, nothing is stored twice', async () => {
  tcus.push(...vins.map((vin) => new OutboxTcu(vin)));
  const stored = async () => (await rows('SELECT count(*)::int AS n FROM ecu_versions'))[0].n;
  await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(100), waiting);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  worker = start('lib/worker/main.ts');
  await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(300), waiting);
  broker.kill('SIGKILL');
  await once(broker, 'exit');
  const acknowledged = new Map(tcus.map((tcu, index) => [vins[index], tcu.acknowledged]));
  broker = start('lib/broker/main.ts');
  await vi.waitFor(
    () => expect(tcus.filter((tcu) => tcu.acknowledged === rounds)).toHaveLength(vins.length),
    waiting,
  );

  for (const { vin, sequence } of await rows('SELECT vin, sequence::int FROM vehicle_states')) {
    expect(sequence).toBeGreaterThanOrEqual(acknowledged.get(vin) ?? 0);
    expect(sequence).toBe(rounds);
  }
  const reported = Array.from({ length: rounds / 2 }, (_, index) => `1.${2 * index + 1}`);
  const history = await rows(
    'SELECT array_agg(software_version ORDER BY sequence) AS versions FROM ecu_versions GROUP BY vin',
  );
  expect(history).toHaveLength(vins.length);
  for (const { versions } of history) expect(versions).toEqual(reported);
  const statuses = await rows(
    `SELECT count(*)::int AS n, count(DISTINCT sequence)::int AS different FROM timeline_events WHERE kind = 'status' GROUP BY vin`,
  );
  expect(statuses).toHaveLength(vins.length);
  for (const { n, different } of statuses) expect([n, different]).toEqual([rounds / 2, rounds / 2]);
});
