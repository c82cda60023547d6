import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backendLogin } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
let directory: string;
let child: ChildProcess;
let port: number;

async function start(): Promise<void> {
  child = fork(new URL('./crash.fixture.ts', import.meta.url).pathname, [directory], { execArgv: [] });
  const [message] = await once(child, 'message');
  port = Number(message);
}
const connect = (clientId: string, login: { username: string; password: string }) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, clean: false, reconnectPeriod: 0, ...login });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roadcast-crash-'));
  await start();
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

it('keeps what a QoS 2 publisher saw acknowledged, and retained presence, through kill -9', async () => {
  const vehicleLogin = { username: vin, password: `credential-of-${vin}` };
  const vehicle = await connect(vin, vehicleLogin);
  await vehicle.subscribeAsync(`OTA_Update/${vin}`, { qos: 2 });
  await vehicle.publishAsync(`TCU_Presence/${vin}`, 'online', { qos: 1, retain: true });
  await vehicle.endAsync();
  const backend = await connect('worker', backendLogin);
  const acknowledged: string[] = [];
  backend.on('error', () => undefined);
  const lost = new Promise<void>((resolve) => backend.once('close', () => resolve()));
  for (let n = 0; n < 90; n++) {
    backend.publishAsync(`OTA_Update/${vin}`, `offer ${n}`, { qos: 2 }).then(
      () => {
        acknowledged.push(`offer ${n}`);
        if (acknowledged.length === 40) child.kill('SIGKILL');
      },
      () => undefined,
    );
  }
  await lost;
  expect(acknowledged.length).toBeGreaterThanOrEqual(40);
  await start();
  const again = await connect(vin, vehicleLogin);
  const received: string[] = [];
  again.on('message', (_, payload) => received.push(payload.toString()));
  const late = await connect('late', backendLogin);
  const presence: string[] = [];
  late.on('message', (_, payload) => presence.push(payload.toString()));
  await late.subscribeAsync('TCU_Presence/+', { qos: 1 });
  await vi.waitFor(() => expect(received).toEqual(expect.arrayContaining(acknowledged)), 5_000);
  await vi.waitFor(() => expect(presence).toEqual(['online']), 5_000);
  expect(new Set(received).size).toBe(received.length);
  await Promise.all([again.endAsync(), late.endAsync()]);
});
