import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findFreePort } from '#e2e/fixtures/ports.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
import { makeVehicle } from './catalog.ts';
import { simulateBehaviour } from './simulated-behaviour.ts';
import { fileStore, newTcuState } from './state.ts';
import { createTcu } from './tcu.ts';

const program = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  existsSync,
);
const vehicle = makeVehicle(1);
const { vin } = vehicle;
const rates = { decline: 0, defer: 0, fail: 0, rollback: 0, partial: 0, powerCut: 0 };

describe.skipIf(program === undefined)('the TCU on Mosquitto', () => {
  let directory: string;
  let broker: ChildProcess;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'roadcast-tcu-'));
    const port = await findFreePort();
    url = `mqtt://127.0.0.1:${port}`;
    await writeFile(
      join(directory, 'conf'),
      `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`,
    );
    broker = spawn(program ?? '', ['-c', join(directory, 'conf')], { stdio: 'ignore' });
    await vi.waitFor(async () => (await mqtt.connectAsync(url, { reconnectPeriod: 0 })).endAsync(), 5_000);
  });
  afterAll(async () => {
    broker.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it.each([4, 5] as const)(
    'keeps its session and its memory over a restart, protocol level %i',
    async (protocolVersion) => {
      const store = fileStore(join(directory, `${protocolVersion}.json`));
      const start = () =>
        createTcu({
          url,
          credential: 'any',
          topics: TopicNames.parse({}),
          keys: { director: [], announcement: [] },
          state: store.load() ?? newTcuState(vehicle),
          save: store.save,
          behaviour: simulateBehaviour({
            vin,
            seed: 1,
            rates,
            writeMs: 1,
            deferMinutes: 1,
            onPowerCut: () => undefined,
          }),
          protocolVersion,
        });
      const backend = await mqtt.connectAsync(url, { clientId: `backend-${protocolVersion}` });
      const sequences: number[] = [];
      backend.on('message', (_, payload) => sequences.push(JSON.parse(payload.toString()).sequence));
      await backend.subscribeAsync(`ECU_Details/${vin}`, { qos: 1 });
      const first = start();
      await vi.waitFor(() => expect(sequences).toEqual([1]), 5_000);
      await first.stop();
      // While the TCU is away its session keeps what is sent at QoS 1.
      await backend.publishAsync(
        `OTA_Control/${vin}`,
        JSON.stringify({ v: 1, kind: 'report', minSequence: 90 }),
        { qos: 1 },
      );
      const second = start();
      await vi.waitFor(() => expect(Math.max(...sequences)).toBeGreaterThan(90), 5_000);
      expect(sequences.slice(0, 3)).toEqual([1, 1, 2]);
      await second.stop();
      expect(store.load()?.sequence).toBeGreaterThan(90);
      await backend.endAsync();
    },
  );
});
