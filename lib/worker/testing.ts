import type { MqttClient } from 'mqtt';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { backendLogin, startTestBroker } from '#lib/broker/testing.ts';
import { type Config, loadConfig } from '#lib/config.ts';
import { silentLog } from '#lib/log.ts';
import type { RunningProcess } from '#lib/process.ts';
import type { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';
import { campaignPort } from './inbound/assignment-port.ts';
import { runWorker, type WorkerParts } from './run-worker.ts';

export type TestEcu = { ecuId: string; softwareVersion: string; hardwareVersion?: string; serial?: string };

/** A VIN for tests, by number. */
export function testVin(number: number): string {
  return `WVWZZZ1JZ${String(number).padStart(8, '0')}`;
}

/** A full report as a TCU sends it. */
export function testReport(
  vin: string,
  sequence: number,
  ecus: readonly TestEcu[],
  more: { serial?: string; reportedAt?: string } = {},
): EcuDetailsFull {
  return {
    v: 1,
    vin,
    sequence,
    ...(more.reportedAt && { reportedAt: more.reportedAt }),
    tcu: { serial: more.serial ?? `T-${vin.slice(-6)}`, softwareVersion: '4.2.0' },
    ecus: ecus.map((ecu) => ({ type: ecu.ecuId, hardwareVersion: 'H1', status: 'ok' as const, ...ecu })),
  };
}

export function testHeartbeat(report: EcuDetailsFull, sequence: number) {
  return { v: 1, sequence, fingerprint: fingerprintOf(report) };
}

export async function registerVehicles(db: TestDatabase, vins: readonly string[]): Promise<void> {
  await db.pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone)
     SELECT vin, 'Aurora', 2026, 'EU', 'Europe/Vienna' FROM unnest($1::text[]) AS v (vin)`,
    [vins],
  );
}

export function testConfig(databaseUrl: string, mqttUrl: string, more: Record<string, string> = {}): Config {
  return loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    MQTT_URL: mqttUrl,
    MQTT_USERNAME: backendLogin.username,
    MQTT_PASSWORD: backendLogin.password,
    KEYRING_SECRET: 'keyring-secret-of-the-test',
    AUTH_SECRET: 'auth-secret-of-the-test',
    PAYLOAD_URL_SECRET: 'payload-secret-of-the-test',
    LOG_LEVEL: 'silent',
    ...more,
  });
}

/** Parts of a worker without campaigns. */
export const inboundOnly: WorkerParts = {
  port: campaignPort,
  startEngine: async () => ({ stop: async () => undefined }),
};

/** A database, the embedded broker and a worker, with vehicles as plain MQTT clients. */
export async function startInboundStack(more: Record<string, string> = {}) {
  const db = await createTestDatabase({ max: 4 });
  const broker = await startTestBroker();
  const url = `mqtt://127.0.0.1:${broker.broker.ports[0]}`;
  const config = testConfig(db.url, url, more);
  const start = () => runWorker({ config, log: silentLog() }, inboundOnly);
  let worker: RunningProcess | undefined = await start();
  const stopWorker = async () => {
    await worker?.stop();
    worker = undefined;
  };
  return {
    db,
    broker,
    config,
    start,
    stopWorker,
    details: () => worker?.details?.(),
    async startWorker() {
      worker = await start();
    },
    /** Registers and connects a vehicle; `control` holds what the backend told it. */
    async vehicle(vin: string) {
      broker.register(vin);
      await registerVehicles(db, [vin]);
      const { client, received } = await broker.vehicle(vin);
      await client.subscribeAsync(`OTA_Control/${vin}`, { qos: 1 });
      return {
        client,
        control: () => received.map(({ payload }) => JSON.parse(payload)),
        send: (message: object | string | Buffer, topic = 'ECU_Details') => send(client, vin, message, topic),
      };
    },
    async stop() {
      await stopWorker();
      await broker.stop();
      await db.drop();
    },
  };
}

export async function send(
  client: MqttClient,
  vin: string,
  message: object | string | Buffer,
  topic = 'ECU_Details',
): Promise<void> {
  const payload = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
  await client.publishAsync(`${topic}/${vin}`, payload, { qos: 1 });
}
