import { type BenchBackend, type BrokerKind, createRivalDatabase, startBackend } from '../backend.ts';
import { startWatchingCampaigns } from '../campaigns.ts';
import { startChild } from '../child.ts';
import { all, atLeast, type BenchEntry, type BenchOptions, type BenchResult, resultOf } from '../entry.ts';
import { benchVin, ECU_IDS } from '../load/reports.ts';
import { type Load, openLoad, type Turn, timed } from '../load.ts';
import { alternate } from '../rounds.ts';
import { until } from '../until.ts';

const CAMPAIGNS = 50;
const LIMIT_TOPIC = 'Bench_Limit';
const RIVAL_TOPIC = 'Bench_Rival';

/**
 * Resolves when the last report of every vehicle is committed. It looks for one that is missing, from the end of
 * the fleet, which sends last: asking must not take what is measured.
 */
export async function committed({ db }: BenchBackend, vehicles: number, sequence: number): Promise<void> {
  await until(
    async () => {
      const { rows } = await db.pool.query<{ sequence: number }>(
        `SELECT sequence::float8 AS sequence FROM vehicle_states
         WHERE vin >= $2 AND vin <= $3 AND sequence < $1 ORDER BY vin DESC LIMIT 1`,
        [sequence, benchVin(0), benchVin(vehicles - 1)],
      );
      return rows.length === 0;
    },
    { what: `report ${sequence} of ${vehicles} vehicles to be committed` },
  );
}

/** Nothing lost, nothing refused: quarantine is empty, every vehicle has the ECUs that it reported. */
async function assertWhole({ db }: BenchBackend, vehicles: number): Promise<void> {
  const { rows } = await db.pool.query<{ ecus: number; refused: number }>(
    `SELECT (SELECT count(*)::int FROM ecus) AS ecus, (SELECT count(*)::int FROM quarantine) AS refused`,
  );
  if (rows[0]?.ecus !== vehicles * ECU_IDS.length || rows[0].refused !== 0)
    throw new Error(`the database is not what was sent: ${JSON.stringify(rows[0])}`);
}

async function* measure(broker: BrokerKind, options: BenchOptions): AsyncGenerator<BenchResult> {
  const { quick, rounds, say, defer } = options;
  const vehicles = quick ? 2_000 : 10_000;
  const perVehicle = quick ? 5 : 4;
  const backend = await startBackend(options, { broker, parts: ['broker', 'worker'], vehicles });
  const { mqtt, stack } = backend;
  const rivalUrl = await createRivalDatabase(backend, vehicles);
  const product = await openLoad(defer, { ...mqtt, topic: stack.config.topics.ecuDetails, vehicles });
  const limit = await openLoad(defer, { ...mqtt, topic: LIMIT_TOPIC, vehicles });
  const rivalVehicles = 20;
  const rival = await openLoad(defer, { ...mqtt, topic: RIVAL_TOPIC, vehicles: rivalVehicles });
  const receiver = startChild(defer, 'lib/bench/load/receiver.ts');
  await receiver.ask({ kind: 'setup', ...mqtt, topic: LIMIT_TOPIC, session: true }, 'ready');
  const rivalReceiver = startChild(defer, 'lib/bench/load/rival-ingest.ts');
  await rivalReceiver.ask({ kind: 'setup', ...mqtt, topic: RIVAL_TOPIC, databaseUrl: rivalUrl }, 'ready');

  const ofProduct = (turn: Turn) =>
    timed(product, turn, () => committed(backend, vehicles, product.next - 1));
  const received = (load: Load, child: typeof receiver) => async (turn: Turn) => {
    await child.ask({ kind: 'expect', count: load.vehicles * turn.perVehicle }, 'expecting');
    return timed(load, turn, () => child.wait('received'));
  };
  const ofLimit = received(limit, receiver);
  const ofRival = received(rival, rivalReceiver);

  say(`${broker}: ${vehicles} vehicles report for the first time`);
  await ofProduct({ perVehicle: 1, changed: 0 });
  await startWatchingCampaigns(backend.db, ECU_IDS.slice(0, 10), CAMPAIGNS);
  for (const changed of [0, 0.05, 1]) {
    const turn = { perVehicle, changed };
    say(`${broker}, ${changed * 100} % changed, ${CAMPAIGNS} campaigns run`);
    const figures = await alternate(
      {
        product: () => ofProduct(turn),
        limit: () => ofLimit(turn),
        rival: () => ofRival({ perVehicle: quick ? 5 : 10, changed }),
      },
      { rounds },
    );
    const least = changed === 1 ? 0.4 : 0.7;
    yield resultOf(
      {
        name: `ingest/${broker}/${changed * 100}%`,
        unit: 'reports/s',
        goal: `≥ ${least} of the limit; ≥ 80 × the rival`,
      },
      figures,
      ({ ratioToLimit, ratioToRival }) => all(atLeast(ratioToLimit, least), atLeast(ratioToRival, 80)),
    );
  }
  await assertWhole(backend, vehicles);
  for (const { stop } of [product, limit, rival]) await stop();
}

/** What the load generator reaches where nothing but an acknowledgment answers it. */
async function ceiling({ quick, rounds, defer }: BenchOptions): Promise<BenchResult> {
  const sink = startChild(defer, 'lib/bench/load/sink.ts');
  const { port } = await sink.wait<{ port: number }>('ready');
  const vehicles = quick ? 2_000 : 10_000;
  const load = await openLoad(defer, { host: '127.0.0.1', port, topic: 'ECU_Details', vehicles });
  const turn = { perVehicle: 4, changed: 0.05 };
  const figures = await alternate({ product: () => timed(load, turn, () => Promise.resolve()) }, { rounds });
  return resultOf(
    { name: 'ingest/generator', unit: 'reports/s', goal: 'never the bottleneck: well above every limit' },
    figures,
  );
}

export const ingest: BenchEntry = {
  name: 'ingest',
  describes: 'reports/s from the broker to committed, and only then PUBACKed',
  async *run(options) {
    yield await ceiling(options);
    for (const broker of ['mosquitto', 'embedded'] as const) yield* measure(broker, options);
  },
};
