import { startBackend } from '../backend.ts';
import { startChild } from '../child.ts';
import { atMost, type BenchEntry, resultOf } from '../entry.ts';
import { openLoad, type Turn, timed } from '../load.ts';
import { cpuMsOf } from '../process-usage.ts';
import { alternate } from '../rounds.ts';
import { committed } from './ingest.ts';

const LIMIT_TOPIC = 'Bench_Limit';

const CASES: readonly { name: string; turn: Turn; most?: number }[] = [
  { name: '0%', turn: { perVehicle: 8, changed: 0 } },
  { name: '5%', turn: { perVehicle: 8, changed: 0.05 }, most: 1.5 },
  { name: '100%', turn: { perVehicle: 8, changed: 1 }, most: 3 },
  { name: 'heartbeat', turn: { perVehicle: 20, changed: 0, heartbeats: true } },
];

export const ingestCpu: BenchEntry = {
  name: 'ingest-cpu',
  describes: 'worker CPU per full report and per heartbeat',
  async *run(options) {
    const { quick, rounds, say, defer } = options;
    const vehicles = quick ? 2_000 : 5_000;
    const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], vehicles });
    const { mqtt, stack } = backend;
    const product = await openLoad(defer, { ...mqtt, topic: stack.config.topics.ecuDetails, vehicles });
    const limit = await openLoad(defer, { ...mqtt, topic: LIMIT_TOPIC, vehicles });
    const receiver = startChild(defer, 'lib/bench/load/receiver.ts');
    await receiver.ask({ kind: 'setup', ...mqtt, topic: LIMIT_TOPIC, parse: true }, 'ready');
    const worker = stack.part('worker').pid;

    /** CPU of a process per message of a turn, in µs. */
    const perMessage = async (pid: number, turn: Turn, run: () => Promise<unknown>) => {
      const before = cpuMsOf(pid);
      await run();
      return ((cpuMsOf(pid) - before) * 1000) / (vehicles * turn.perVehicle);
    };
    const ofProduct = (turn: Turn) =>
      perMessage(worker, turn, () =>
        timed(product, turn, () => committed(backend, vehicles, product.next - 1)),
      );
    const ofLimit = (turn: Turn) =>
      perMessage(receiver.pid, turn, async () => {
        await receiver.ask({ kind: 'expect', count: vehicles * turn.perVehicle }, 'expecting');
        await timed(limit, turn, () => receiver.wait('received'));
      });

    await ofProduct({ perVehicle: 1, changed: 0 });
    for (const { name, turn, most } of CASES) {
      say(name);
      const figures = await alternate(
        { product: () => ofProduct(turn), limit: () => ofLimit(turn) },
        { rounds },
      );
      yield resultOf(
        {
          name: `ingest-cpu/${name}`,
          unit: 'µs/message',
          goal: most === undefined ? 'reported' : `≤ ${most} × the limit`,
        },
        figures,
        ({ ratioToLimit }) => (most === undefined ? undefined : atMost(ratioToLimit, most)),
      );
    }
  },
};
