import { setTimeout as wait } from 'node:timers/promises';
import { type BenchBackend, type BrokerKind, startBackend } from '../backend.ts';
import { type BenchChild, startChild } from '../child.ts';
import { type BenchEntry, type BenchOptions, type BenchResult, resultOf } from '../entry.ts';
import { alternate } from '../rounds.ts';

const RIVAL_REPORTS = 600;

type Load = { publisher: BenchChild; next: number };

/** Reports/s from the first PUBLISH until the last of `count` reports is where `done` says it must be. */
async function timed(
  load: Load,
  plan: { perVehicle: number; changed: number },
  done: () => Promise<unknown>,
) {
  const firstSequence = load.next;
  load.next += plan.perVehicle;
  const { count } = await load.publisher.ask<{ count: number }>(
    { kind: 'load', firstSequence, ...plan },
    'loaded',
  );
  const finished = done();
  const sent = load.publisher.wait('sent');
  const startedAt = performance.now();
  load.publisher.send({ kind: 'go' });
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await sent;
  return count / seconds;
}

/** Resolves when the last report of every vehicle is committed. */
async function committed({ db }: BenchBackend, vehicles: number, sequence: number): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ count: string }>(
      'SELECT count(*) FROM vehicle_states WHERE sequence >= $1',
      [sequence],
    );
    if (Number(rows[0]?.count) >= vehicles) return;
    await wait(20);
  }
}

async function measure(
  broker: BrokerKind,
  changed: number,
  { quick, rounds, say }: BenchOptions,
): Promise<BenchResult> {
  const vehicles = quick ? 2000 : 10_000;
  const perVehicle = quick ? 5 : 4;
  const backend = await startBackend({ broker, parts: ['broker', 'worker'], vehicles });
  const { mqtt, stack } = backend;
  const topic = stack.config.topics.ecuDetails;
  const limitTopic = 'Bench_Limit';
  const rivalTopic = 'Bench_Rival';
  const setup = { kind: 'setup', ...mqtt, vehicles, inFlight: 1000 };
  const started: BenchChild[] = [];
  const publisherFor = async (to: string): Promise<Load> => {
    const publisher = startChild('lib/bench/load/publisher.ts');
    started.push(publisher);
    await publisher.ask({ ...setup, topic: to }, 'ready');
    return { publisher, next: 1 };
  };
  try {
    const [productLoad, limitLoad, rivalLoad] = [
      await publisherFor(topic),
      await publisherFor(limitTopic),
      await publisherFor(rivalTopic),
    ];
    const receiver = startChild('lib/bench/load/receiver.ts');
    const rival = startChild('lib/bench/load/rival-ingest.ts', {
      DATABASE_URL: backend.databaseUrl.replace(/\/[^/]*$/, '/postgres'),
      BENCH_MQTT_URL: mqtt.url,
      BENCH_USERNAME: mqtt.username,
      BENCH_PASSWORD: mqtt.password,
      BENCH_TOPIC: rivalTopic,
    });
    started.push(receiver, rival);
    await receiver.ask(
      { kind: 'setup', url: mqtt.url, username: mqtt.username, password: mqtt.password, topic: limitTopic },
      'ready',
    );
    const plan = { perVehicle, changed };
    const count = vehicles * perVehicle;
    say(`${broker}, ${changed * 100} % changed: filling ${vehicles} vehicles`);
    await timed(productLoad, { perVehicle: 1, changed: 0 }, () =>
      committed(backend, vehicles, productLoad.next),
    );
    return resultOf(
      {
        name: `ingest/${broker}/${changed * 100}%`,
        unit: 'reports/s',
        goal: changed === 1 ? '≥ 0.4 of the limit' : '≥ 0.7 of the limit; ≥ 80 × the rival',
      },
      await alternate(
        {
          product: () => timed(productLoad, plan, () => committed(backend, vehicles, productLoad.next)),
          limit: async () => {
            await receiver.ask({ kind: 'expect', count }, 'expecting');
            return timed(limitLoad, plan, () => receiver.wait('received'));
          },
        },
        { rounds },
      ),
      (result) => (result.ratioToLimit ?? 0) >= (changed === 1 ? 0.4 : 0.7),
    );
    void rivalLoad;
    void RIVAL_REPORTS;
  } finally {
    for (const child of started) await child.stop();
    await backend.stop();
  }
}

export const ingest: BenchEntry = {
  name: 'ingest',
  describes: 'reports/s from the broker to committed, and only then PUBACKed',
  async run(options) {
    const results: BenchResult[] = [];
    for (const broker of ['mosquitto', 'embedded'] as const) {
      for (const changed of [0, 0.05, 1]) results.push(await measure(broker, changed, options));
    }
    return results;
  },
};
