import type { Pool } from 'pg';
import { readDueOffers } from './due-offers.ts';
import { remembered } from './remembered.ts';

export type HealthFigures = {
  databaseBytes: number;
  connections: number;
  maxConnections: number;
  /** Oldest open transaction, s. */
  oldestTransactionSeconds: number;
  /** Share of reads that the cache served. */
  cacheHitRatio: number | null;
  tables: { name: string; rows: number; bytes: number; deadRows: number; lastVacuumAt: Date | null }[];
  /** Offers that may be made now and are not yet claimed. */
  dueAssignments: number;
  /** How long the oldest of them has been due, s. */
  dueLagSeconds: number | null;
  /** Offers whose time has come, but which their campaign's rate holds back. */
  heldAssignments: number;
  openQuarantine: number;
  queuedAlerts: number;
  failedAlerts: number;
  runningJobs: number;
};

/** The database's own figures and the length of every queue; shared by open pages for two seconds. */
export function readHealthFigures(pool: Pool): Promise<HealthFigures> {
  return remembered(pool, 'health', 2_000, async () => {
    const [database, tables, queues, offers] = await Promise.all([
      readDatabase(pool),
      readTables(pool),
      readQueues(pool),
      readDueOffers(pool),
    ]);
    return {
      ...database,
      tables,
      ...queues,
      dueAssignments: offers.due,
      dueLagSeconds: offers.lagSeconds,
      heldAssignments: offers.heldByRate,
    };
  });
}

async function readDatabase(pool: Pool) {
  const { rows } = await pool.query<{
    databaseBytes: number;
    connections: number;
    maxConnections: number;
    oldestTransactionSeconds: number;
    cacheHitRatio: number | null;
  }>(
    `SELECT pg_database_size(current_database())::float8 AS "databaseBytes",
            (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())::int AS connections,
            current_setting('max_connections')::int AS "maxConnections",
            coalesce((SELECT extract(epoch FROM max(now() - xact_start)) FROM pg_stat_activity
                      WHERE datname = current_database() AND state <> 'idle'), 0)::float8 AS "oldestTransactionSeconds",
            (SELECT blks_hit::float8 / nullif(blks_hit + blks_read, 0) FROM pg_stat_database
             WHERE datname = current_database()) AS "cacheHitRatio"`,
  );
  const row = rows[0];
  if (!row) throw new Error('a SELECT without FROM has one row');
  return row;
}

async function readTables(pool: Pool) {
  const { rows } = await pool.query<HealthFigures['tables'][number]>(
    `SELECT relname AS name, n_live_tup::float8 AS rows, pg_total_relation_size(relid)::float8 AS bytes,
            n_dead_tup::float8 AS "deadRows", greatest(last_vacuum, last_autovacuum) AS "lastVacuumAt"
     FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 12`,
  );
  return rows;
}

async function readQueues(pool: Pool) {
  const { rows } = await pool.query<{
    openQuarantine: number;
    queuedAlerts: number;
    failedAlerts: number;
    runningJobs: number;
  }>(
    `SELECT (SELECT count(*) FROM quarantine WHERE state = 'open')::int AS "openQuarantine",
            (SELECT count(*) FROM alert_deliveries WHERE state = 'queued')::int AS "queuedAlerts",
            (SELECT count(*) FROM alert_deliveries WHERE state = 'failed')::int AS "failedAlerts",
            (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running'))::int AS "runningJobs"`,
  );
  const row = rows[0];
  if (!row) throw new Error('an aggregate has one row');
  return row;
}
