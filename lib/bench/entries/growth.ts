import { encodeCursor } from '#lib/db/queries/keyset.ts';
import { LIVE_VIEWS } from '#lib/live/views.ts';
import { systemContext } from '#lib/services/context.ts';
import { listVehicles } from '#lib/services/list-vehicles.ts';
import { registerBenchFleet, startBackend } from '../backend.ts';
import type { BenchEntry, BenchOptions, BenchResult } from '../entry.ts';
import { startFleetDatabase } from '../fleet-database.ts';
import { openLoad, timed } from '../load.ts';
import { median } from '../statistics.ts';
import { committed } from './ingest.ts';

const REPORTING = 2_000;
const LOOKS = 300;

type Grown = { vehicles: number; reports: () => Promise<number>; reads: () => Promise<number> };

export const growth: BenchEntry = {
  name: 'growth',
  describes: 'ingest and views as the fleet grows from 10,000 to a million',
  async *run(options) {
    const { quick, rounds, say } = options;
    const sizes = quick ? [2_000, 10_000, 50_000] : [10_000, 100_000, 1_000_000];
    const fleets: Grown[] = [];
    for (const vehicles of sizes) fleets.push(await grow(options, vehicles));
    for (const what of ['reports', 'reads'] as const) {
      const figures = fleets.map((): number[] => []);
      for (let round = -1; round < rounds; round += 1) {
        say(`${what}, round ${round + 1}`);
        for (const [place, fleet] of fleets.entries()) {
          const rate = await fleet[what]();
          if (round >= 0) figures[place]?.push(rate);
        }
      }
      yield compared(what, sizes, figures);
    }
  },
};

function compared(what: string, sizes: readonly number[], figures: readonly number[][]): BenchResult {
  const smallest = figures[0] ?? [];
  const largest = figures.at(-1) ?? [];
  const ratio = median(largest.map((rate, round) => rate / (smallest[round] ?? Number.NaN)));
  const rates = sizes.map((size, place) => `${size}: ${Math.round(median(figures[place] ?? []))}`).join(', ');
  return {
    name: `growth/${what === 'reports' ? 'ingest 5%' : 'views'}`,
    unit: `${what}/s`,
    value: median(largest),
    limit: median(smallest),
    ratioToLimit: ratio,
    samples: largest.length,
    goal: 'the largest ≥ 0.8 of the smallest',
    reached: ratio >= 0.8,
    note: `${what}/s by vehicles in the database: ${rates}`,
  };
}

/** A backend on a fleet of this size, in which further vehicles of the bench report. */
async function grow(options: BenchOptions, vehicles: number): Promise<Grown> {
  const databaseUrl = await startFleetDatabase(options, vehicles);
  const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], databaseUrl });
  const { db, mqtt, stack } = backend;
  await removeBenchFleet(backend);
  await registerBenchFleet(db, REPORTING);
  options.defer(() => removeBenchFleet(backend));
  const load = await openLoad(options.defer, {
    ...mqtt,
    topic: stack.config.topics.ecuDetails,
    vehicles: REPORTING,
  });
  const send = (perVehicle: number, changed: number) =>
    timed(load, { perVehicle, changed }, () => committed(backend, REPORTING, load.next - 1));
  await send(1, 0);
  const ctx = systemContext(db, 'bench');
  const { rows } = await db.pool.query<{ vin: string }>(
    `SELECT vin FROM vehicles WHERE vin LIKE 'W%' AND hashtext(vin) % ${Math.max(1, Math.floor(vehicles / 1000))} = 0 LIMIT 500`,
  );
  let next = 0;
  return {
    vehicles,
    reports: () => send(10, 0.05),
    async reads() {
      const startedAt = performance.now();
      for (let look = 0; look < LOOKS; look += 1) {
        const vin = rows[next % rows.length]?.vin ?? '';
        next += 1;
        if (look % 2 === 0) await listVehicles(ctx, { cursor: encodeCursor([vin]) });
        else await LIVE_VIEWS.vehicle.load({ db, now: ctx.now }, { vin });
      }
      return (LOOKS * 1000) / (performance.now() - startedAt);
    },
  };
}

async function removeBenchFleet({ db }: { db: Parameters<typeof systemContext>[0] }): Promise<void> {
  const tables = [
    'ecus',
    'ecu_versions',
    'timeline_events',
    'tcu_epochs',
    'join_queue',
    'vehicle_states',
    'vehicles',
  ];
  for (const table of tables)
    await db.pool.query(`DELETE FROM ${table} WHERE vin >= 'BNCH' AND vin < 'BNCI'`);
}
