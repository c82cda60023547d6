import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { expect, it } from 'vitest';
import { startTestBroker } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';

/** A queued message as LevelDB had it before the journal. */
function earlierBytes(header: object, payload: string): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, Buffer.from(payload)]);
}

it('delivers what a broker of before the journal has queued, once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'roadcast-store-'));
  const db = new Level<string, Buffer>(directory, { valueEncoding: 'buffer' });
  for (const brokerCounter of [3, 4]) {
    const header = {
      cmd: 'publish',
      topic: `OTA_Update/${vin}`,
      qos: 1,
      brokerId: '0earlier-0',
      brokerCounter,
    };
    const key = `queue:${vin}:0earlier-0:${String(brokerCounter).padStart(16, '0')}`;
    await db.put(key, earlierBytes(header, `offer ${brokerCounter}`));
  }
  await db.close();
  const setup = await startTestBroker({ directory });
  setup.register(vin);
  expect(setup.broker.metrics().queued).toBe(2);
  await setup.restart();
  const { received } = await setup.vehicle(vin);
  await expect.poll(() => received.map(({ payload }) => payload)).toEqual(['offer 3', 'offer 4']);
  await expect.poll(() => setup.broker.metrics().queued).toBe(0);
  await setup.restart();
  expect(setup.broker.metrics().queued).toBe(0);
  await setup.stop();
  await rm(directory, { recursive: true, force: true });
});
