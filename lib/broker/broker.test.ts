import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerNotice } from '#lib/protocol/broker-notice.ts';
import { OtaReceipt } from '#lib/protocol/presence.ts';
import { type Received, startTestBroker } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';
const update = (version: number) =>
  JSON.stringify({ v: 1, signed: { campaignId: 'c1', attempt: 2, version } });

let setup: Awaited<ReturnType<typeof startTestBroker>>;

beforeEach(async () => {
  setup = await startTestBroker();
  setup.register(vin);
  setup.register(other);
});
afterEach(async () => setup.stop());

const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), 5_000);
const notices = (received: Received[]) =>
  received
    .filter((m) => m.topic.startsWith('Broker_Notice/'))
    .map((m) => BrokerNotice.parse(JSON.parse(m.payload)));
const receipts = (received: Received[]) =>
  received
    .filter((m) => m.topic.startsWith('OTA_Receipt/'))
    .map((m) => OtaReceipt.parse(JSON.parse(m.payload)));

describe('sign-in', () => {
  it.each([
    ['a wrong credential', { clientId: vin, username: vin, password: 'wrong' }, 4],
    ['an unknown VIN', { clientId: 'WVWZZZ1JZXW999999', username: 'WVWZZZ1JZXW999999', password: 'x' }, 4],
    [
      'a client id that is not the VIN',
      { clientId: 'x', username: vin, password: `credential-of-${vin}` },
      2,
    ],
    ['a wrong backend password', { clientId: 'b', username: 'roadcast-backend', password: 'x' }, 4],
    ['nobody', { clientId: 'n' }, 4],
  ])('refuses %s', async (_, login, code) => {
    await expect(setup.connect(login)).rejects.toMatchObject({ code });
  });

  it('refuses a revoked credential and ends the connection of a kicked vehicle', async () => {
    const { client } = await setup.vehicle(vin);
    setup.revoke(vin);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await setup.broker.kick(vin);
    await closed;
    await expect(setup.vehicle(vin)).rejects.toMatchObject({ code: 5 });
  });

  it('lets an unregistered TCU with the enrolment token report itself and nothing else', async () => {
    const unknown = 'WVWZZZ1JZXW999999';
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('#', { qos: 1 });
    const { client } = await setup.connect({
      clientId: unknown,
      username: unknown,
      password: 'enrolment-token-of-the-factory',
    });
    await client.publishAsync(`OTA_Status/${unknown}`, '{}', { qos: 1 });
    await client.publishAsync(`ECU_Details/${unknown}`, '{}', { qos: 1 });
    await until(() => received.some((m) => m.topic === `ECU_Details/${unknown}`));
    expect(received.map((m) => m.topic)).not.toContain(`OTA_Status/${unknown}`);
    expect(notices(received)).toMatchObject([{ reason: 'not_enrolled', vin: unknown }]);
  });
});

describe('access', () => {
  it('turns foreign topics into notices and lets the rest through', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('#', { qos: 1 });
    const { client } = await setup.vehicle(vin);
    await client.publishAsync(`ECU_Details/${other}`, '{"a":1}', { qos: 1 });
    await client.publishAsync(`OTA_Update/${vin}`, '{}', { qos: 2 });
    await client.publishAsync(`ECU_Details/${vin}`, 'mine', { qos: 1, retain: true });
    await until(() => received.some((m) => m.payload === 'mine'));
    expect(received.map((m) => m.topic)).not.toContain(`ECU_Details/${other}`);
    expect(notices(received)).toMatchObject([
      { reason: 'foreign_topic', vin, topic: `ECU_Details/${other}`, length: 7 },
    ]);
    const late = await setup.backend('late');
    await late.client.subscribeAsync(`ECU_Details/+`, { qos: 1 });
    await client.publishAsync(`ECU_Details/${vin}`, 'next', { qos: 1 });
    await until(() => late.received.length > 0);
    expect(late.received).toMatchObject([{ payload: 'next' }]);
  });

  it('grants own topics only, also when foreign filters come in the same SUBSCRIBE and after a reconnect', async () => {
    const first = await setup.vehicle(vin);
    const granted = await new Promise<unknown>((resolve) =>
      first.client.subscribe(
        [
          `OTA_Update/${other}`,
          `OTA_Update/${vin}`,
          '#',
          'OTA_Update',
          'OTA_Update/model/Aurora',
          'Broker_Notice/+',
        ],
        { qos: 2 },
        (_error, _grants, packet) => resolve(packet?.granted),
      ),
    );
    expect(granted).toEqual([128, 2, 128, 2, 2, 128]);
    await first.client.endAsync();
    const { client: backend } = await setup.backend('worker');
    await backend.publishAsync(`OTA_Update/${other}`, update(1), { qos: 1 });
    await backend.publishAsync(`OTA_Update/${vin}`, update(2), { qos: 1 });
    const second = await setup.vehicle(vin);
    await until(() => second.received.length > 0);
    await backend.publishAsync('OTA_Update/model/Aurora', update(3), { qos: 1 });
    await until(() => second.received.length > 1);
    expect(second.received.map((m) => m.topic)).toEqual([`OTA_Update/${vin}`, 'OTA_Update/model/Aurora']);
  });

  it('lets a second client of a vehicle send, but not receive', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('ECU_Details/+', { qos: 1 });
    const { client } = await setup.vehicle(vin, { clientId: `${vin}-bench` });
    await expect(client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 })).rejects.toThrow();
    await client.publishAsync(`ECU_Details/${vin}`, 'bench', { qos: 1 });
    await until(() => received.some((m) => m.payload === 'bench'));
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await setup.broker.kick(vin);
    await closed;
  });

  it('refuses shared subscriptions, which it could not serve', async () => {
    const { client } = await setup.backend('worker');
    await expect(client.subscribeAsync('$share/g/ECU_Details/+', { qos: 1 })).rejects.toThrow();
  });

  it('rewrites plain ECU_Details to the VIN and refuses one that names another', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync(['ECU_Details/+', 'Broker_Notice/+'], { qos: 1 });
    const { client } = await setup.vehicle(vin);
    await client.publishAsync('ECU_Details', JSON.stringify({ vin: other }), { qos: 1 });
    await client.publishAsync('ECU_Details', JSON.stringify({ vin }), { qos: 1 });
    await until(() => received.length === 2);
    expect(notices(received)).toMatchObject([{ reason: 'foreign_vin', vin }]);
    expect(received.filter((m) => m.topic.startsWith('ECU'))).toMatchObject([
      { topic: `ECU_Details/${vin}` },
    ]);
  });

  it('answers an oversized publish, tells the backend, and keeps the connection', async () => {
    const { received, client: backend } = await setup.backend('worker');
    await backend.subscribeAsync('#', { qos: 1 });
    const { client } = await setup.vehicle(vin);
    const dropped = vi.fn();
    client.on('close', dropped);
    await Promise.all([
      client.publishAsync(`ECU_Details/${vin}`, Buffer.alloc(300 * 1024, 'x'), { qos: 1 }),
      client.publishAsync(`ECU_Details/${vin}`, Buffer.alloc(2_000_000, 'y'), { qos: 2 }),
      client.publishAsync(`ECU_Details/${vin}`, Buffer.alloc(256 * 1024, 'z'), { qos: 1 }),
      client.publishAsync(`ECU_Details/${vin}`, 'small', { qos: 1 }),
    ]);
    await until(() => received.length >= 3);
    const lengths = received.filter((m) => m.topic.startsWith('ECU')).map((m) => m.payload.length);
    expect(lengths.toSorted((a, b) => a - b)).toEqual([5, 256 * 1024]);
    expect(notices(received)).toMatchObject([
      { reason: 'oversized', vin, topic: `ECU_Details/${vin}`, length: 300 * 1024 },
    ]);
    expect(dropped).not.toHaveBeenCalled();
  });
});

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
