import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { expect, vi } from 'vitest';
import { storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { silentLog } from '#lib/log.ts';
import { BrokerNotice } from '#lib/protocol/broker-notice.ts';
import { OtaReceipt } from '#lib/protocol/presence.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
import type { RegisteredCredential } from './authentication.ts';
import { type Broker, type BrokerOptions, createBroker } from './broker.ts';

export const testTopics = TopicNames.parse({});
export const backendLogin = { username: 'roadcast-backend', password: 'backend-secret' };

export type Received = { topic: string; payload: string; qos: number; retain: boolean };

/** As much of an offer as the broker reads. */
export const testUpdate = (version: number) =>
  JSON.stringify({ v: 1, signed: { campaignId: 'c1', attempt: 2, version } });

export const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), 5_000);

export const notices = (received: Received[]) =>
  received
    .filter((m) => m.topic.startsWith('Broker_Notice/'))
    .map((m) => BrokerNotice.parse(JSON.parse(m.payload)));

export const receipts = (received: Received[]) =>
  received
    .filter((m) => m.topic.startsWith('OTA_Receipt/'))
    .map((m) => OtaReceipt.parse(JSON.parse(m.payload)));

/** A broker with a directory and registered vehicles of its own, which can be stopped and started again. */
export async function startTestBroker(overrides: Partial<BrokerOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'roadcast-broker-'));
  const registered = new Map<string, RegisteredCredential>();
  const clients = new Set<MqttClient>();
  const options: BrokerOptions = {
    directory,
    host: '127.0.0.1',
    port: 0,
    topics: testTopics,
    backend: backendLogin,
    enrolmentToken: 'enrolment-token-of-the-factory',
    credentials: { find: async (vin) => registered.get(vin) },
    vehicleQueue: 100,
    log: silentLog(),
    ...overrides,
  };
  let broker: Broker = await createBroker(options);

  const connect = async (login: IClientOptions) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${broker.ports[0]}`, {
      reconnectPeriod: 0,
      ...login,
    });
    clients.add(client);
    const received: Received[] = [];
    client.on('message', (topic, payload, { qos, retain }) => {
      received.push({ topic, payload: payload.toString('utf8'), qos, retain });
    });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
    });
    client.on('error', () => undefined);
    return { client, received };
  };

  return {
    get broker() {
      return broker;
    },
    register(vin: string, credential = `credential-of-${vin}`): void {
      registered.set(vin, { ...storedCredentialOf(credential), revoked: false });
    },
    revoke(vin: string): void {
      const credential = registered.get(vin);
      if (credential) credential.revoked = true;
    },
    backend: (clientId: string, more: IClientOptions = {}) =>
      connect({ clientId, clean: false, ...backendLogin, ...more }),
    vehicle: (vin: string, more: IClientOptions = {}) =>
      connect({ clientId: vin, username: vin, password: `credential-of-${vin}`, clean: false, ...more }),
    connect,
    async restart(): Promise<void> {
      await broker.stop();
      broker = await createBroker(options);
    },
    async stop(): Promise<void> {
      for (const client of clients) client.end(true);
      await broker.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
