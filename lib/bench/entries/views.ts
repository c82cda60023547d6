import type { Pool } from 'pg';
import { encodeCursor } from '#lib/db/queries/keyset.ts';
import { LIVE_VIEWS } from '#lib/live/views.ts';
import { systemContext } from '#lib/services/context.ts';
import { listAssignments } from '#lib/services/list-assignments.ts';
import { listVehicles } from '#lib/services/list-vehicles.ts';
import { startBackend } from '../backend.ts';
import { type BenchEntry, resultOf } from '../entry.ts';
import { fleetSize, startFleetDatabase } from '../fleet-database.ts';
import { recordSql, replay } from '../recorded-sql.ts';
import { alternate } from '../rounds.ts';
import { percentile } from '../statistics.ts';
import { startWeb } from '../web.ts';

type Case = {
  name: string;
  /** What the browser asks for. */
  path: string;
  /** The reads behind it, for their bare SQL. */
  read(): Promise<unknown>;
  /** The same rows by OFFSET. */
  rival?: () => Promise<unknown>;
};

/** Who takes seconds, as paging by OFFSET does at a million, is told from the others by a few samples a round. */
const MOST_MS = 5_000;
const LEAST_SAMPLES = 3;
/** Of each page, before anything is measured: V8 compiles what a page runs only after some hundred times. */
const WARM_UP = 300;

export const views: BenchEntry = {
  name: 'views',
  describes: 'server time of the fleet, vehicle and campaign pages over the whole fleet',
  async *run(options) {
    const { quick, rounds, say } = options;
    const vehicles = fleetSize(options);
    const databaseUrl = await startFleetDatabase(options, vehicles);
    const backend = await startBackend(options, { broker: 'mosquitto', parts: [], databaseUrl });
    const web = await startWeb(backend);
    const { pool } = backend.db;
    const times = quick ? 20 : 60;
    const cases = await casesOf(backend.db, vehicles);
    say('the web process warms up, as one that has served for an hour is');
    for (const { path } of cases)
      for (let asked = 0; asked < (quick ? 20 : WARM_UP); asked += 1) await web.get(path);

    const p95 = async (ask: () => Promise<unknown>) => {
      const samples: number[] = [];
      let spentMs = 0;
      while (samples.length < times && (samples.length < LEAST_SAMPLES || spentMs < MOST_MS)) {
        const startedAt = performance.now();
        await ask();
        const tookMs = performance.now() - startedAt;
        samples.push(tookMs);
        spentMs += tookMs;
      }
      return percentile(samples, 0.95);
    };
    for (const { name, path, read, rival } of cases) {
      say(path);
      const statements = await recordSql(pool, read);
      const figures = await alternate(
        {
          product: () => p95(() => web.get(path)),
          limit: () => p95(() => replay(pool, statements)),
          ...(rival && { rival: () => p95(rival) }),
        },
        { rounds },
      );
      yield resultOf(
        { name: `views/${name}`, unit: 'ms p95', goal: '≤ 2 × the bare SQL + 10 ms' },
        figures,
        ({ value, limit }) => (limit === undefined ? undefined : value <= 2 * limit + 10),
      );
    }
  },
};

async function casesOf(db: Parameters<typeof systemContext>[0], vehicles: number): Promise<Case[]> {
  const { pool } = db;
  const ctx = systemContext(db, 'bench');
  const depth = Math.floor(vehicles * 0.9);
  const vin = await textOf(pool, `SELECT vin FROM vehicles ORDER BY vin OFFSET ${depth} LIMIT 1`);
  const id = await textOf(
    pool,
    `SELECT campaign_id FROM assignments GROUP BY campaign_id ORDER BY count(*) DESC, 1 LIMIT 1`,
  );
  const inCampaign = Math.floor(vehicles * 0.2);
  const member = await textOf(
    pool,
    `SELECT vin FROM assignments WHERE campaign_id = '${id}' ORDER BY vin OFFSET ${inCampaign} LIMIT 1`,
  );
  const context = { db, now: () => new Date() };
  const cursor = encodeCursor([vin]);
  const memberCursor = encodeCursor([member]);
  const assignments = { campaignId: id, cursor: memberCursor };
  return [
    {
      name: 'fleet page',
      path: '/fleet',
      read: () =>
        Promise.all([
          listVehicles(ctx, { limit: 100 }),
          LIVE_VIEWS['fleet-facets'].load(context, LIVE_VIEWS['fleet-facets'].params.parse({})),
        ]),
    },
    {
      name: 'fleet rows at 90 %',
      path: `/api/fleet?cursor=${cursor}`,
      read: () => listVehicles(ctx, { cursor }),
      rival: () =>
        pool.query(
          `SELECT v.*, s.* FROM vehicles v LEFT JOIN vehicle_states s ON s.vin = v.vin
           WHERE v.retired_at IS NULL ORDER BY v.vin OFFSET ${depth} LIMIT 100`,
        ),
    },
    {
      name: 'vehicle page',
      path: `/fleet/${vin}`,
      read: () => LIVE_VIEWS.vehicle.load(context, { vin }),
    },
    {
      name: 'campaign monitor',
      path: `/campaigns/${id}`,
      read: () =>
        Promise.all([
          LIVE_VIEWS['campaign-monitor'].load(context, { id }),
          LIVE_VIEWS['campaign-pace'].load(context, { id }),
          LIVE_VIEWS['campaign-stream'].load(context, { id }),
          LIVE_VIEWS['campaign-clusters'].load(context, { id }),
          LIVE_VIEWS['campaign-course'].load(context, { id }),
          listAssignments(ctx, { campaignId: id, counted: true }),
        ]),
    },
    {
      name: 'campaign rows, deep',
      path: `/api/campaigns/${id}/assignments?cursor=${memberCursor}`,
      read: () => listAssignments(ctx, assignments),
      rival: () =>
        pool.query(
          `SELECT a.*, v.model FROM assignments a JOIN vehicles v ON v.vin = a.vin
           WHERE a.campaign_id = '${id}' ORDER BY a.vin OFFSET ${inCampaign} LIMIT 100`,
        ),
    },
  ];
}

async function textOf(pool: Pool, sql: string): Promise<string> {
  const { rows } = await pool.query<Record<string, string>>(sql);
  const [value] = Object.values(rows[0] ?? {});
  if (value === undefined) throw new Error('the seeded fleet has no such row');
  return value;
}
