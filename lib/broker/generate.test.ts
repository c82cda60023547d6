import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findFreePorts } from '#e2e/fixtures/ports.ts';
import { mosquittoHashOf } from '#lib/keys/vehicle-credential.ts';
import { emqxAcl } from './generate-emqx.ts';
import { mosquittoAcl, mosquittoConf } from './generate-mosquitto.ts';
import { testTopics } from './testing.ts';

const program = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  existsSync,
);
const vin = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';

describe.skipIf(program === undefined)('Mosquitto with the generated configuration', () => {
  let directory: string;
  let broker: ChildProcess;
  let port: number;

  const connect = async (name: string, password: string, clientId = name) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId,
      username: name,
      password,
      reconnectPeriod: 0,
    });
    const received: string[] = [];
    client.on('message', (topic) => received.push(topic));
    return { client, received };
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'roadcast-mosquitto-'));
    await chmod(directory, 0o777);
    [port = 0] = await findFreePorts(1);
    const options = { topics: testTopics, backendUser: 'backend', directory, port, vehicleQueue: 100 };
    await writeFile(join(directory, 'mosquitto.conf'), mosquittoConf(options));
    await writeFile(join(directory, 'acl'), mosquittoAcl(options));
    const users = { backend: 'b-secret', [vin]: 'v-secret' };
    const lines = Object.entries(users).map(([name, password]) => `${name}:${mosquittoHashOf(password)}\n`);
    await writeFile(join(directory, 'passwords'), lines.join(''));
    broker = spawn(program ?? '', ['-c', join(directory, 'mosquitto.conf')], { stdio: 'ignore' });
    await vi.waitFor(async () => (await connect('backend', 'b-secret')).client.endAsync(), 5_000);
  });
  afterAll(async () => {
    broker.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('knows the credentials and holds each vehicle to its own topics', async () => {
    await expect(connect(vin, 'wrong')).rejects.toThrow();
    const { client: backend, received: atBackend } = await connect('backend', 'b-secret');
    await backend.subscribeAsync('#', { qos: 1 });
    const { client, received } = await connect(vin, 'v-secret', other);
    await client.subscribeAsync(
      [`OTA_Update/${vin}`, 'OTA_Update', 'OTA_Update/model/Aurora', 'ECU_Details/+'],
      { qos: 2 },
    );
    await client.publishAsync(`ECU_Details/${other}`, '{}', { qos: 1 });
    await client.publishAsync(`OTA_Update/${vin}`, '{}', { qos: 1 });
    await client.publishAsync(`ECU_Details/${vin}`, '{}', { qos: 1 });
    await backend.publishAsync(`OTA_Update/${other}`, '{}', { qos: 1 });
    for (const topic of [`OTA_Update/${vin}`, 'OTA_Update', 'OTA_Update/model/Aurora']) {
      await backend.publishAsync(topic, '{}', { qos: 1 });
    }
    await vi.waitFor(() => expect(received).toHaveLength(3), 5_000);
    expect(received).not.toContain(`ECU_Details/${vin}`);
    expect(atBackend).not.toContain(`ECU_Details/${other}`);
    expect(atBackend.filter((topic) => topic === `OTA_Update/${vin}`)).toHaveLength(1);
    expect(atBackend).toContain(`ECU_Details/${vin}`);
    await Promise.all([client.endAsync(), backend.endAsync()]);
  });
});

describe('EMQX rules', () => {
  it('give a vehicle its own topics, announcements, and nothing else', () => {
    const rules = emqxAcl({
      topics: testTopics,
      backendUser: 'b',
      directory: '/etc',
      port: 1883,
      vehicleQueue: 100,
    });
    const own = ['ECU_Details', 'OTA_Status', 'TCU_Presence'].map((topic) => `"${topic}/$\{username}"`);
    expect(rules).toContain(`publish, [${own.join(', ')}]`);
    expect(rules.trim().endsWith('{deny, all}.')).toBe(true);
  });
});
