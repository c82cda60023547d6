import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notices, receipts, startTestBroker, until, testUpdate as update } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';

let setup: Awaited<ReturnType<typeof startTestBroker>>;

beforeEach(async () => {
  setup = await startTestBroker();
  setup.register(vin);
  setup.register(other);
});
afterEach(async () => setup.stop());

describe('receipts', () => {
  it.each([1, 2] as const)('tells of a delivery at QoS %i, live and from the queue', async (qos) => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('OTA_Receipt/+', { qos: 1 });
    const first = await setup.vehicle(vin);
    await first.client.subscribeAsync([`OTA_Update/${vin}`, 'OTA_Update'], { qos: 2 });
    await backend.publishAsync(`OTA_Update/${vin}`, update(7), { qos });
    const packet = qos === 1 ? 'PUBACK' : 'PUBCOMP';
    await until(() => received.length === 1);
    await first.client.endAsync();
    await backend.publishAsync('OTA_Update', update(8), { qos });
    const second = await setup.vehicle(vin);
    await until(() => received.length === 2);
    expect(receipts(received)).toMatchObject([
      { vin, campaignId: 'c1', attempt: 2, version: 7, packet, qos },
      { vin, campaignId: 'c1', attempt: 2, version: 8, packet, qos },
    ]);
    expect(second.received).toHaveLength(1);
    expect(setup.broker.metrics().queued).toBe(0);
  });

  it('says nothing of QoS 0', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('OTA_Receipt/+', { qos: 1 });
    const vehicle = await setup.vehicle(vin);
    await vehicle.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 2 });
    await backend.publishAsync(`OTA_Update/${vin}`, update(1), { qos: 0 });
    await backend.publishAsync(`OTA_Update/${vin}`, update(2), { qos: 1 });
    await until(() => received.length > 0);
    expect(receipts(received)).toMatchObject([{ version: 2 }]);
  });
});

describe('memory', () => {
  it.each([1, 2] as const)('keeps sessions, order and queues at QoS %i over a restart', async (qos) => {
    const first = await setup.vehicle(vin);
    await first.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 2 });
    await first.client.endAsync();
    let backend = await setup.backend('worker');
    await backend.client.subscribeAsync('OTA_Receipt/+', { qos: 1 });
    for (let version = 1; version <= 20; version++) {
      await backend.client.publishAsync(`OTA_Update/${vin}`, update(version), { qos });
    }
    await setup.restart();
    expect(setup.broker.metrics().queued).toBe(20);
    backend = await setup.backend('worker');
    for (let version = 21; version <= 30; version++) {
      await backend.client.publishAsync(`OTA_Update/${vin}`, update(version), { qos });
    }
    const second = await setup.vehicle(vin);
    await until(() => second.received.length === 30 && backend.received.length === 30);
    const versions = second.received.map((m) => JSON.parse(m.payload).signed.version);
    expect(versions).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(
      receipts(backend.received)
        .map((r) => r.version)
        .toSorted((a = 0, b = 0) => a - b),
    ).toEqual(versions);
  });

  it('queues a message once for filters that overlap, and leaves nothing of it when it is acknowledged', async () => {
    const backend = await setup.backend('worker');
    await backend.client.subscribeAsync(['ECU_Details/+', '#'], { qos: 1 });
    const { client } = await setup.vehicle(vin);
    await client.publishAsync(`ECU_Details/${vin}`, 'report', { qos: 1 });
    await until(() => backend.received.length > 0 && setup.broker.metrics().queued === 0);
    await backend.client.endAsync();
    await setup.restart();
    expect(setup.broker.metrics().queued).toBe(0);
  });

  it('queues nothing for a subscription at QoS 0, after a restart either', async () => {
    const vehicle = await setup.vehicle(vin);
    await vehicle.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 0 });
    await vehicle.client.endAsync();
    await setup.restart();
    const { client: backend } = await setup.backend('worker');
    await backend.publishAsync(`OTA_Update/${vin}`, update(1), { qos: 1 });
    expect(setup.broker.metrics().queued).toBe(0);
  });

  it('tells no receipt of offers that a clean session throws away', async () => {
    const { client: backend, received } = await setup.backend('worker');
    await backend.subscribeAsync('OTA_Receipt/+', { qos: 1 });
    const first = await setup.vehicle(vin);
    await first.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 });
    await first.client.endAsync();
    await backend.publishAsync(`OTA_Update/${vin}`, update(1), { qos: 1 });
    const clean = await setup.vehicle(vin, { clean: true });
    await until(() => setup.broker.metrics().queued === 0);
    await clean.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 });
    await backend.publishAsync(`OTA_Update/${vin}`, update(2), { qos: 1 });
    await until(() => clean.received.length === 1);
    expect(receipts(received).map(({ version }) => version)).not.toContain(1);
  });

  it('bounds the queue of a vehicle and tells of the overflow', async () => {
    const first = await setup.vehicle(vin);
    await first.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 });
    await first.client.endAsync();
    const { client: backend, received } = await setup.backend('worker');
    await backend.subscribeAsync('Broker_Notice/+', { qos: 1 });
    await Promise.all(
      Array.from({ length: 130 }, (_, n) =>
        backend.publishAsync(`OTA_Update/${vin}`, update(n + 1), { qos: 1 }),
      ),
    );
    await until(() => setup.broker.metrics().overflow === 30 && received.length > 0);
    expect(notices(received)).toMatchObject([{ reason: 'queue_overflow', vin }]);
    const second = await setup.vehicle(vin);
    await until(() => second.received.length === 100 && setup.broker.metrics().queued === 0);
  });

  it('keeps nothing of a vehicle whose session is ended for good, its retained presence included', async () => {
    const will = {
      topic: `TCU_Presence/${vin}`,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    } as const;
    const { client } = await setup.vehicle(vin, { will });
    await client.subscribeAsync(`OTA_Control/${vin}`, { qos: 1 });
    await client.publishAsync(`TCU_Presence/${vin}`, 'online', { qos: 1, retain: true });
    await setup.broker.kick(vin, { purge: true });
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('TCU_Presence/+', { qos: 1 });
    await backend.publishAsync(`OTA_Control/${vin}`, 'after', { qos: 1 });
    await backend.publishAsync(`TCU_Presence/${other}`, 'marker', { qos: 1 });
    await until(() => received.some((m) => m.payload === 'marker'));
    expect(received.map((m) => m.payload)).toEqual(['marker']);
    expect(setup.broker.metrics().queued).toBe(0);
  });

  it('publishes the last will of a lost vehicle, and never one on a foreign topic', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync(['TCU_Presence/+', 'Broker_Notice/+'], { qos: 1 });
    const will = (topic: string, payload: string) => ({
      topic,
      payload: Buffer.from(payload),
      qos: 1 as const,
      retain: true,
    });
    const foreign = await setup.vehicle(other, { will: will(`TCU_Presence/${vin}`, 'forged') });
    const lost = await setup.vehicle(vin, { will: will(`TCU_Presence/${vin}`, 'gone') });
    foreign.client.stream.destroy();
    lost.client.stream.destroy();
    await until(() => received.length === 2);
    expect(notices(received)).toMatchObject([{ reason: 'foreign_topic', vin: other }]);
    expect(received.find((m) => m.topic.startsWith('TCU'))).toMatchObject({
      topic: `TCU_Presence/${vin}`,
      payload: 'gone',
    });
  });
});

describe('a vehicle that comes back', () => {
  it.each([1, 2] as const)(
    'hears CONNACK first, and all that was sent meanwhile once and in order (QoS %i)',
    async (qos) => {
      const versions = Array.from({ length: 25 }, (_, index) => index + 1);
      for (let round = 0; round < 12; round++) {
        const before = await setup.vehicle(vin);
        await before.client.subscribeAsync(`OTA_Update/${vin}`, { qos: 2 });
        await before.client.endAsync();
        // The first messages after a start wait for a new file, and are under way while the vehicle connects.
        await setup.restart();
        const { client: backend } = await setup.backend('worker');
        const sent = versions.map((version) =>
          backend.publishAsync(`OTA_Update/${vin}`, update(version), { qos }),
        );
        await sent[round % 3];
        const { client, received } = await setup.vehicle(vin, { connectTimeout: 3_000 });
        await Promise.all(sent);
        await until(() => received.length >= versions.length && setup.broker.metrics().queued === 0);
        expect(received.map(({ payload }) => JSON.parse(payload).signed.version)).toEqual(versions);
        await client.endAsync();
      }
    },
  );
});
