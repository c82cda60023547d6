import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from './fixtures/database.ts';
import { startStack } from './fixtures/stack.ts';
import { requireProgram, startMosquitto } from './fixtures/tools.ts';

const run = promisify(execFile);
const database = await createTestDatabase();
const stack = await startStack({ databaseUrl: database.url, parts: ['broker', 'payload'] });
afterAll(async () => {
  await stack.stop();
  await database.drop();
});

describe('the stack of a test', () => {
  it('runs the real broker on a free port, to be killed and started again', async () => {
    const { url, username, password = '' } = stack.config.mqtt;
    const first = await connectAsync(url, { username, password, reconnectPeriod: 0 });
    const before = stack.part('broker').pid;
    await stack.kill('broker');
    await expect.poll(() => first.connected).toBe(false);
    await stack.restart('broker');
    expect(stack.part('broker').pid).not.toBe(before);
    const second = await connectAsync(url, { username, password, reconnectPeriod: 0 });
    await second.endAsync();
    await first.endAsync(true);
  });

  it('shows what a process said when it does not come up', async () => {
    const taken = { PAYLOAD_PORT: String(stack.config.payload.port) };
    await expect(stack.start('payload', { as: 'twin', env: taken })).rejects.toThrow(/PAYLOAD_PORT/);
  });

  it('has Mosquitto and its clients beside it', async () => {
    const mosquitto = await startMosquitto(['allow_anonymous true']);
    const publish = await requireProgram('mosquitto_pub', 'mosquitto-clients');
    const args = ['-p', String(mosquitto.port), '-t', 'kept', '-m', 'yes', '-r', '-q', '1'];
    await run(publish, args);
    await mosquitto.restart();
    const client = await connectAsync(mosquitto.url);
    const message = new Promise<string>((resolve) => {
      client.once('message', (_topic, payload) => resolve(payload.toString()));
    });
    await client.subscribeAsync('kept');
    expect(await message).toBe('yes');
    await client.endAsync();
    await mosquitto.stop();
  });
});
