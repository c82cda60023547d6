import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import { PinnedKeys } from '#lib/protocol/envelope.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { systemContext } from '#lib/services/context.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { newTcuState } from '#lib/tcu/state.ts';
import { createTcu } from '#lib/tcu/tcu.ts';
import { startBackend } from '../backend.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import type { BenchEntry } from '../entry.ts';
import { configurationOf, reportOf } from '../load/reports.ts';
import { until } from '../until.ts';

const VIN = 'BNCHAAA0000000001';
const BEAT_MS = 1_500;
const MINUTES_A_DAY = 1_440;

export const bytes: BenchEntry = {
  name: 'bytes',
  describes: 'MQTT bytes a vehicle a day at a report a minute, nothing changing',
  async *run(options) {
    const { quick, say, defer } = options;
    const beats = quick ? 10 : 40;
    const backend = await startBackend(options, {
      broker: 'embedded',
      parts: ['broker', 'worker'],
      vehicles: 0,
    });
    const { db, mqtt: login, stack } = backend;
    const { credential } = await registerVehicle(systemContext(db, 'bench'), {
      vin: VIN,
      model: 'Bench',
      modelYear: 2026,
      region: 'DE',
      timeZone: 'Europe/Berlin',
    });
    const keys = PinnedKeys.parse(
      JSON.parse(await readFile(join(stack.dataDir, 'vehicle-keys.json'), 'utf8')),
    );
    const proxy = await startCountingProxy(login);
    defer(proxy.stop);
    const url = `mqtt://127.0.0.1:${proxy.port}`;

    say(`${beats} heartbeats of the reference TCU`);
    const state = newTcuState({ vin: VIN, model: 'Bench', ...configurationOf(VIN, 0) });
    const tcu = createTcu({
      url,
      credential,
      topics: stack.config.topics,
      state,
      keys,
      behaviour: idle,
      timing: { heartbeatMs: BEAT_MS },
    });
    await until(() => state.outbox.length === 0, { what: 'the first report to be committed' });
    await wait(2 * BEAT_MS);
    proxy.reset();
    const from = state.sequence;
    await until(() => state.sequence >= from + beats, { what: 'the heartbeats' });
    const perBeat = proxy.bytes() / (state.sequence - from);
    await tcu.stop();

    say(`${beats} full reports instead`);
    const client = sendAtOnce(
      await mqtt.connectAsync(url, {
        clientId: VIN,
        username: VIN,
        password: credential,
        clean: false,
      }),
    );
    await client.subscribeAsync(`${stack.config.topics.otaControl}/${VIN}`, { qos: 1 });
    await wait(500);
    proxy.reset();
    for (let beat = 1; beat <= beats; beat += 1) {
      await client.publishAsync(
        `${stack.config.topics.ecuDetails}/${VIN}`,
        reportOf(VIN, state.sequence + beat, 0),
        { qos: 1 },
      );
      await wait(BEAT_MS);
    }
    const perReport = proxy.bytes() / beats;
    await client.endAsync();
    const ratio = perBeat / perReport;
    yield {
      name: 'bytes/quiet day',
      unit: 'bytes a vehicle a day',
      value: Math.round(perBeat * MINUTES_A_DAY),
      rival: Math.round(perReport * MINUTES_A_DAY),
      ratioToRival: ratio,
      samples: beats,
      goal: '≤ 0.05 of the rival',
      reached: ratio <= 0.05,
      note: `both directions, PUBACKs and committed-acks included: ${perBeat.toFixed(0)} bytes a heartbeat, ${perReport.toFixed(0)} a full report of 12 ECUs; no keep-alive is due at a message a minute`,
    };
  },
};

const okay = { ok: true } as const;
const idle: Parameters<typeof createTcu>[0]['behaviour'] = {
  environment: () => ({ parked: true, batteryPercent: 80, ignition: 'off' }),
  answer: () => ({ kind: 'accept' }),
  write: async () => okay,
  activate: async () => okay,
  rollBack: async () => true,
};
