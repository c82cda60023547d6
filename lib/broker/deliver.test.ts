import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestBroker } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';

let setup: Awaited<ReturnType<typeof startTestBroker>>;

beforeEach(async () => {
  setup = await startTestBroker();
});
afterEach(async () => setup.stop());

const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), 10_000);

describe('delivery to a persistent session', () => {
  it.each([
    ['an empty payload', 'ECU_Details/ä', ''],
    ['a length of two bytes', `ECU_Details/${vin}`, 'x'.repeat(200)],
    ['a length of three bytes', `ECU_Details/${vin}`, 'x'.repeat(200_000)],
  ])('brings %s at QoS 1 as it was sent', async (_, topic, payload) => {
    const { received, client: worker } = await setup.backend('worker');
    await worker.subscribeAsync('ECU_Details/+', { qos: 1 });
    const { client } = await setup.backend('sender');
    await client.publishAsync(topic, payload, { qos: 1 });
    await until(() => received.length === 1);
    expect(received).toEqual([{ topic, payload, qos: 1, retain: false }]);
    await until(() => setup.broker.metrics().queued === 0);
  });

  it('keeps the order and the acknowledgments of many messages, however slowly they are read', async () => {
    const { received, client: worker } = await setup.backend('worker');
    await worker.subscribeAsync('ECU_Details/+', { qos: 1 });
    const { client } = await setup.backend('sender');
    worker.stream.pause();
    const text = (number: number) => `${number} `.padEnd(4_000, '.');
    const sent = Array.from({ length: 3_000 }, (_, number) =>
      client.publishAsync(`ECU_Details/${vin}`, text(number), { qos: 1 }),
    );
    await until(() => setup.broker.metrics().queued > 1_000);
    worker.stream.resume();
    await Promise.all(sent);
    await until(() => received.length === 3_000);
    expect(received.map(({ payload }) => Number.parseInt(payload, 10))).toEqual(
      Array.from({ length: 3_000 }, (_, number) => number),
    );
    await until(() => setup.broker.metrics().queued === 0);
  }, 20_000);

  it('leaves out of the queue what was subscribed at QoS 0', async () => {
    const { received, client: worker } = await setup.backend('worker');
    await worker.subscribeAsync(`ECU_Details/${vin}`, { qos: 0 });
    const { client } = await setup.backend('sender');
    await client.publishAsync(`ECU_Details/${vin}`, 'zero', { qos: 1 });
    await until(() => received.length === 1);
    expect(received).toMatchObject([{ payload: 'zero', qos: 0 }]);
    expect(setup.broker.metrics().queued).toBe(0);
  });
});
