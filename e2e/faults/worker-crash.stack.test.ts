import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { backendLogin, startTestBroker } from '#lib/broker/testing.ts';
import { registerVehicles, send, testReport, testVin } from '#lib/worker/testing.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

const root = join(import.meta.dirname, '../..');
const vehicles = 40;
const rounds = 25;
const kills = 3;
const waiting = { timeout: 60_000, interval: 100 };
const vins = Array.from({ length: vehicles }, (_, index) => testVin(index));

let db: TestDatabase;
let broker: Awaited<ReturnType<typeof startTestBroker>>;
let worker: ChildProcess;
const children: ChildProcess[] = [];

function startWorker(): ChildProcess {
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'lib/worker/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      DATABASE_URL: db.url,
      MQTT_URL: `mqtt://127.0.0.1:${broker.broker.ports[0]}`,
      MQTT_USERNAME: backendLogin.username,
      MQTT_PASSWORD: backendLogin.password,
      KEYRING_SECRET: 'keyring-secret-of-the-test',
      AUTH_SECRET: 'auth-secret-of-the-test',
      PAYLOAD_URL_SECRET: 'payload-secret-of-the-test',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      WORKER_BATCH_SIZE: '100',
    },
  });
  children.push(child);
  return child;
}

beforeAll(async () => {
  db = await createTestDatabase();
  broker = await startTestBroker();
  await registerVehicles(db, vins);
  worker = startWorker();
  // Before its first subscription the broker keeps nothing for it.
  await vi.waitFor(async () => expect(await activeWorkers()).toBe(1), waiting);
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await broker.stop();
  await db.drop();
});

/** Odd messages are reports, each with a version of its own; even ones are statuses. */
function sendMessage(client: MqttClient, vin: string, sequence: number): Promise<void> {
  if (sequence % 2 === 0) {
    const status = { v: 1, vin, sequence, campaignId: 'c', attempt: 1, phase: 'downloading' };
    return send(client, vin, status, 'OTA_Status');
  }
  return send(
    client,
    vin,
    testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: versionOf(sequence) }]),
  );
}

function versionOf(sequence: number): string {
  return `1.${sequence}`;
}

const count = async (sql: string) => Number((await db.pool.query(sql)).rows[0].n);
const activeWorkers = () =>
  count(
    `SELECT count(*) AS n FROM process_heartbeats WHERE name = 'worker' AND details->>'state' = 'active'`,
  );
const stored = () => count('SELECT count(*) AS n FROM ecu_versions');
const statuses = () => count(`SELECT count(*) AS n FROM timeline_events WHERE kind = 'status'`);

test('a worker killed with 2,000 messages in flight loses nothing and stores nothing twice', async () => {
  const fleet = await Promise.all(
    vins.map(async (vin) => {
      broker.register(vin);
      const { client, received } = await broker.vehicle(vin);
      await client.subscribeAsync(`OTA_Control/${vin}`, { qos: 1 });
      return { vin, client, received };
    }),
  );
  const acknowledged = (received: { payload: string }[]) =>
    Math.max(
      0,
      ...received.map(({ payload }) => JSON.parse(payload)).map((m) => (m.kind === 'ack' ? m.sequence : 0)),
    );

  const sendUnacknowledged = () =>
    Promise.all(
      fleet.flatMap(({ vin, client, received }) => {
        const known = acknowledged(received);
        return Array.from({ length: 2 * rounds }, (_, index) => index + 1)
          .filter((sequence) => sequence > known)
          .map((sequence) => sendMessage(client, vin, sequence));
      }),
    );
  const sending = sendUnacknowledged();
  for (let kill = 1; kill <= kills; kill++) {
    await vi.waitFor(
      async () => expect(await stored()).toBeGreaterThan(((kill - 0.5) * vehicles * rounds) / kills / 2),
      waiting,
    );
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    worker = startWorker();
  }
  await sending;
  // What a TCU does after a loss: everything that was not acknowledged as committed goes out again.
  await sendUnacknowledged();
  await vi.waitFor(async () => {
    expect(await stored()).toBe(vehicles * rounds);
    expect(await statuses()).toBe(vehicles * rounds);
    for (const { received } of fleet) expect(acknowledged(received)).toBe(2 * rounds);
  }, waiting);

  const history = await db.pool.query<{ vin: string; versions: string[] }>(
    'SELECT vin, array_agg(software_version ORDER BY sequence) AS versions FROM ecu_versions GROUP BY vin',
  );
  const expected = Array.from({ length: rounds }, (_, round) => versionOf(2 * round + 1));
  for (const { versions } of history.rows) expect(versions).toEqual(expected);
  const states = await db.pool.query<{ vin: string; sequence: number }>(
    'SELECT vin, sequence::int FROM vehicle_states',
  );
  expect(new Set(states.rows.map((row) => row.sequence))).toEqual(new Set([2 * rounds]));
  const unique = await count(
    `SELECT count(DISTINCT (vin, epoch, sequence)) AS n FROM timeline_events WHERE kind = 'status'`,
  );
  expect(unique).toBe(vehicles * rounds);
  expect((await db.pool.query('SELECT source, reason, detail, count FROM quarantine')).rows).toEqual([]);
  for (const { client } of fleet) client.end(true);
});

test('a worker that stands by takes over within two seconds of a kill', async () => {
  const standby = startWorker();
  const stateOf = async (child: ChildProcess) => {
    const { rows } = await db.pool.query(
      `SELECT details->>'state' AS state FROM process_heartbeats WHERE name = 'worker' AND instance LIKE $1`,
      [`%:${child.pid}`],
    );
    return rows[0]?.state;
  };
  await vi.waitFor(async () => expect(await stateOf(standby)).toBe('standby'), waiting);
  const vin = vins[0] ?? testVin(0);
  const { client, received } = await broker.vehicle(vin);
  worker.kill('SIGKILL');
  const killedAt = Date.now();
  await send(client, vin, testReport(vin, 2 * rounds + 1, [{ ecuId: 'BMS', softwareVersion: 'after' }]));
  const isAcknowledged = ({ payload }: { payload: string }) =>
    JSON.parse(payload).sequence === 2 * rounds + 1;
  await vi.waitFor(() => expect(received.some(isAcknowledged)).toBe(true), { timeout: 10_000, interval: 10 });
  expect(Date.now() - killedAt).toBeLessThan(2_000);
  client.end(true);
});
