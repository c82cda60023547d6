import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sendAtOnce } from './send-at-once.ts';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const server = createServer((socket) => {
  socket.once('data', () => socket.write(CONNACK));
  socket.on('error', () => undefined);
});
let url: string;
const connected = (client: MqttClient) =>
  new Promise<void>((resolve) => client.once('connect', () => resolve()));

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.close();
  await once(server, 'close');
});

it('has no packet wait for another one to be acknowledged, after a reconnection either', async () => {
  const set = vi.spyOn(Socket.prototype, 'setNoDelay');
  const client = sendAtOnce(mqtt.connect(url, { reconnectPeriod: 1 }));
  await connected(client);
  expect(set.mock.calls).toEqual([[true]]);
  client.stream.destroy();
  await connected(client);
  expect(set.mock.calls).toEqual([[true], [true]]);
  await client.endAsync(true);
});

it('takes a client that is connected already', async () => {
  const set = vi.spyOn(Socket.prototype, 'setNoDelay');
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  expect(set).not.toHaveBeenCalled();
  sendAtOnce(client);
  expect(set.mock.contexts).toEqual([client.stream]);
  await client.endAsync(true);
});
