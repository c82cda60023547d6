import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { systemContext } from '#lib/services/context.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { type BenchBackend, startBackend } from '../backend.ts';
import { planned, startBenchCampaign } from '../campaigns.ts';
import { all, atLeast, type BenchEntry, resultOf } from '../entry.ts';
import { fleetSize, startFleetDatabase } from '../fleet-database.ts';
import { rssOf } from '../process-usage.ts';
import { alternate } from '../rounds.ts';
import { until } from '../until.ts';

const MB = 1024 * 1024;

export const plan: BenchEntry = {
  name: 'plan',
  describes: 'assignments/s of a campaign over the whole fleet, with waves and eligibility',
  async *run(options) {
    const { rounds, say } = options;
    const vehicles = fleetSize(options);
    const databaseUrl = await startFleetDatabase(options, vehicles);
    const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], databaseUrl });
    const { db, stack } = backend;
    await stopAllOffers(systemContext(db, 'bench'), { reason: 'bench' });
    const releaseId = await newestRelease(backend);
    await db.pool.query('DROP TABLE IF EXISTS bench_equal, bench_source');
    await db.pool.query('CREATE TABLE bench_equal (LIKE assignments INCLUDING ALL)');
    const before = Math.round(rssOf(stack.part('worker').pid) / MB);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, rssOf(stack.part('worker').pid));
    }, 100);
    options.defer(() => clearInterval(watch));

    const product = async () => {
      const startedAt = performance.now();
      const id = await startBenchCampaign(db, {
        name: `Plan ${randomUUID()}`,
        releaseIds: [releaseId],
        waves: [
          { name: 'Canary', size: { kind: 'percent', percent: 1 } },
          { name: 'Early', size: { kind: 'percent', percent: 10 } },
          { name: 'Everyone', size: { kind: 'rest' } },
        ],
      });
      await planned(db, [id]);
      const seconds = (performance.now() - startedAt) / 1000;
      await keepAsSource(backend, id);
      await remove(backend, id);
      return vehicles / seconds;
    };
    const limit = async () => {
      await db.pool.query('TRUNCATE bench_equal');
      const startedAt = performance.now();
      await db.pool.query('INSERT INTO bench_equal SELECT * FROM bench_source');
      return vehicles / ((performance.now() - startedAt) / 1000);
    };
    const rival = async () => {
      const count = Math.min(vehicles, 20_000);
      const startedAt = performance.now();
      await loopOfCreateMany(backend, count, releaseId);
      const seconds = (performance.now() - startedAt) / 1000;
      await db.pool.query(`DELETE FROM campaigns WHERE id = 'bench-rival'`);
      return count / seconds;
    };
    say('one plan to warm up');
    await product();
    peak = 0;
    const figures = await alternate({ product, limit, rival }, { rounds, warmUp: 0 });
    await db.pool.query('DROP TABLE bench_equal, bench_source');
    const memory = Math.round(peak / MB);
    yield resultOf(
      {
        name: `plan/${vehicles}`,
        unit: 'assignments/s',
        goal: '≥ 0.3 of the limit; worker ≤ 300 MB',
        note: `the worker's resident memory peaked at ${memory} MB (${before} MB before the first plan); the limit inserts the very rows that the plan made, indexes included`,
      },
      figures,
      ({ ratioToLimit }) => all(atLeast(ratioToLimit, 0.3), memory <= 300),
    );
  },
};

/** The newest released release of an ECU type that most of the fleet has. */
export async function newestRelease({ db }: Pick<BenchBackend, 'db'>): Promise<string> {
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT id FROM releases WHERE ecu_type = 'BCM' AND state = 'released' ORDER BY release_counter DESC LIMIT 1`,
  );
  if (!rows[0]) throw new Error('the seeded catalog has no release of the BCM');
  return rows[0].id;
}

/** The worker still begins waves and counts: it may hold what is to go, so that one of both is ended for the other. */
async function remove({ db }: BenchBackend, campaignId: string): Promise<void> {
  await db.pool.query(`UPDATE campaigns SET state = 'aborted' WHERE id = $1`, [campaignId]);
  await until(
    () =>
      db.pool.query('DELETE FROM campaigns WHERE id = $1', [campaignId]).then(
        () => true,
        (error: unknown) => {
          if (error instanceof pg.DatabaseError && error.code === '40P01') return false;
          throw error;
        },
      ),
    { what: 'the campaign to be removed' },
  );
  await db.pool.query('VACUUM ANALYZE assignments');
}

async function keepAsSource({ db }: BenchBackend, campaignId: string): Promise<void> {
  await db.pool.query('DROP TABLE IF EXISTS bench_source');
  await db.pool.query(
    `CREATE UNLOGGED TABLE bench_source AS SELECT * FROM assignments WHERE campaign_id = '${campaignId}' ORDER BY vin`,
  );
}

/** What one would write first: fetch vehicles with their ECUs, decide in a loop, createMany a page. */
async function loopOfCreateMany({ db }: BenchBackend, count: number, releaseId: string): Promise<void> {
  const release = await db.prisma.release.findUniqueOrThrow({ where: { id: releaseId } });
  await db.prisma.campaign.create({
    data: { id: 'bench-rival', name: 'rival', definition: {}, createdBy: 'bench', createdByName: 'bench' },
  });
  const page = 500;
  let after = '';
  for (let done = 0; done < count; done += page) {
    const vehicles = await db.prisma.vehicle.findMany({
      where: { vin: { gt: after }, retiredAt: null },
      orderBy: { vin: 'asc' },
      take: page,
    });
    after = vehicles.at(-1)?.vin ?? after;
    const ecus = await db.prisma.ecu.findMany({ where: { vin: { in: vehicles.map(({ vin }) => vin) } } });
    const byVin = Map.groupBy(ecus, (ecu) => ecu.vin);
    await db.prisma.assignment.createMany({
      data: vehicles.map(({ vin }) => {
        const mine = byVin.get(vin)?.find((ecu) => ecu.type === release.ecuType);
        const fits =
          mine !== undefined &&
          mine.softwareVersion !== release.version &&
          release.hardwareVersions.includes(mine.hardwareVersion);
        return {
          campaignId: 'bench-rival',
          vin,
          wave: 0,
          state: fits ? 'pending' : 'excluded',
          ...(fits && {
            steps: [{ ecuId: mine.ecuId, toVersion: release.version }],
            targets: [{ ecuId: mine.ecuId, version: release.version }],
          }),
        };
      }),
    });
  }
}
