import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { startChild } from '../child.ts';
import { type BenchEntry, type BenchOptions, resultOf } from '../entry.ts';
import { benchVin, reportOf } from '../load/reports.ts';
import { openLoad, timed } from '../load.ts';
import { type LoopProbe, prepareLoop } from '../loop-probe.ts';
import type { RoundFigures } from '../rounds.ts';
import { percentile } from '../statistics.ts';

const RATES = [1_000, 10_000];
const OFFER_BYTES = 1_162;

export const loop: BenchEntry = {
  name: 'loop',
  describes: 'a report that makes a vehicle eligible → its OTA_Update received',
  async *run(options) {
    const { quick, rounds, say, defer } = options;
    const probes = quick ? 40 : 100;
    const loadVehicles = 2_000;
    const turns = RATES.length * (rounds + 1);
    const probe = await prepareLoop(options, { parts: ['worker'], probes, turns, loadVehicles });
    const { mqtt: login, stack } = probe.backend;
    const load = await openLoad(defer, {
      ...login,
      topic: stack.config.topics.ecuDetails,
      vehicles: loadVehicles,
    });
    load.next = 2;
    const roundTrip = await openRoundTrip(options, probe, probes);
    const { flushMs } = stack.config.worker;
    for (const rate of RATES) {
      say(`${rate} reports/s`);
      const seconds = (probes * 30) / 1000 + 1;
      const turn = { perVehicle: Math.ceil((seconds * rate) / loadVehicles), changed: 0.05, rate };
      const product: RoundFigures = { product: [], limit: [], rival: [] };
      const tail: RoundFigures = { product: [], limit: [], rival: [] };
      let reached = 0;
      for (let round = -1; round < rounds; round += 1) {
        const sending = timed(load, turn, () => Promise.resolve());
        await wait(500);
        const answers = await probe.probe();
        reached = await sending;
        const idle = timed(load, turn, () => Promise.resolve());
        await wait(500);
        const trips = await roundTrip();
        await idle;
        if (round < 0) continue;
        product.product.push(percentile(answers, 0.5));
        product.limit.push(percentile(trips, 0.5));
        tail.product.push(percentile(answers, 0.99));
        tail.limit.push(percentile(trips, 0.99));
      }
      const note = `${Math.round(reached)} reports/s of 5 % changed went through meanwhile; flush window ${flushMs} ms`;
      yield resultOf(
        {
          name: `loop/${rate} reports/s p50`,
          unit: 'ms',
          goal: '≤ 3 × the round trip + the batch window',
          note,
        },
        product,
        ({ value, limit }) => (limit === undefined ? undefined : value <= 3 * limit + flushMs),
      );
      yield resultOf({ name: `loop/${rate} reports/s p99`, unit: 'ms', goal: 'reported' }, tail);
    }
  },
};

/** A message of a report's size to a process that answers with one of an offer's size, through the same broker. */
async function openRoundTrip({ defer }: BenchOptions, { backend }: LoopProbe, probes: number) {
  const { mqtt: login } = backend;
  const echo = startChild(defer, 'lib/bench/load/echo.ts');
  const topics = { topic: 'Bench_Ask', answerTopic: 'Bench_Answer' };
  await echo.ask({ ...login, ...topics, answerBytes: OFFER_BYTES }, 'ready');
  const client = sendAtOnce(
    await mqtt.connectAsync(login.url, { username: login.username, password: login.password }),
  );
  defer(() => client.endAsync(true));
  await client.subscribeAsync(`${topics.answerTopic}/+`, { qos: 1 });
  return async () => {
    const answers: Promise<number>[] = [];
    for (let number = 0; number < probes; number += 1) {
      const vin = benchVin(number);
      const startedAt = performance.now();
      answers.push(
        new Promise((resolve) => {
          const take = (topic: string) => {
            if (topic !== `${topics.answerTopic}/${vin}`) return;
            client.off('message', take);
            resolve(performance.now() - startedAt);
          };
          client.on('message', take);
        }),
      );
      client.publish(`${topics.topic}/${vin}`, reportOf(vin, 1, 0), { qos: 1 });
      await wait(25);
    }
    return Promise.all(answers);
  };
}
