import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notices, startTestBroker, until, testUpdate as update } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';

let setup: Awaited<ReturnType<typeof startTestBroker>>;

beforeEach(async () => {
  setup = await startTestBroker();
  setup.register(vin);
  setup.register(other);
});
afterEach(async () => setup.stop());

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
