import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { PartName } from '#e2e/fixtures/stack.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { type BenchBackend, startBackend } from './backend.ts';
import { makeRelease, planned, startBenchCampaign } from './campaigns.ts';
import { committed } from './entries/ingest.ts';
import type { BenchOptions } from './entry.ts';
import { benchVin, ECU_IDS, reportOf } from './load/reports.ts';
import { openLoad, timed } from './load.ts';

/** Revision of the battery's software that the campaign targets. */
const TARGETED = 7_777;
const BETWEEN_MS = 25;
const PATIENCE_MS = 20_000;

export type LoopProbe = {
  backend: BenchBackend;
  /** Vehicles whose reports may be sent as load. */
  loadVehicles: number;
  /** One turn of probes: ms from the publication of the report to the arrival of its OTA_Update. */
  probe(): Promise<number[]>;
};

/**
 * A backend with a running continuous campaign, and vehicles that are not targeted yet: the next report of each
 * makes it eligible, once. `turns` × `probes` of them are there.
 */
export async function prepareLoop(
  options: BenchOptions,
  {
    parts,
    probes,
    turns,
    loadVehicles = 0,
  }: { parts: PartName[]; probes: number; turns: number; loadVehicles?: number },
): Promise<LoopProbe> {
  const vehicles = loadVehicles + probes * turns;
  const backend = await startBackend(options, { broker: 'mosquitto', parts, vehicles });
  const { db, mqtt: login, stack } = backend;
  const { topics } = stack.config;
  const load = await openLoad(options.defer, { ...login, topic: topics.ecuDetails, vehicles });
  await timed(load, { perVehicle: 1, changed: 0 }, () => committed(backend, vehicles, 1));
  await load.stop();
  await db.pool.query('UPDATE vehicle_states SET online = true');
  const ecuType = ECU_IDS[1];
  const releaseId = await makeRelease(db, ecuType, '1.1.9000');
  const campaignId = await startBenchCampaign(db, {
    name: 'Loop',
    kind: 'continuous',
    releaseIds: [releaseId],
    target: { kind: 'ecu', ecuType, software: { operator: '=', value: `1.1.${TARGETED}` } },
    rate: { maximumPerMinute: 1_000_000 },
  });
  await planned(db, [campaignId]);
  const client = sendAtOnce(
    await mqtt.connectAsync(login.url, { username: login.username, password: login.password }),
  );
  options.defer(() => client.endAsync(true));
  const arrived = new Map<string, (at: number) => void>();
  client.on('message', (topic) => arrived.get(topic)?.(performance.now()));
  await client.subscribeAsync(`${topics.otaUpdate}/+`, { qos: 1 });

  let next = loadVehicles;
  return {
    backend,
    loadVehicles,
    async probe() {
      const answers: Promise<number>[] = [];
      for (let number = 0; number < probes; number += 1) {
        const vin = benchVin(next);
        next += 1;
        const { promise, resolve, reject } = Promise.withResolvers<number>();
        const startedAt = performance.now();
        const timer = setTimeout(() => reject(new Error(`no OTA_Update for ${vin}`)), PATIENCE_MS);
        arrived.set(`${topics.otaUpdate}/${vin}`, (at) => {
          clearTimeout(timer);
          resolve(at - startedAt);
        });
        client.publish(`${topics.ecuDetails}/${vin}`, reportOf(vin, 2, TARGETED), { qos: 1 });
        answers.push(promise);
        await wait(BETWEEN_MS);
      }
      return Promise.all(answers);
    },
  };
}
