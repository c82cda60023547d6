import type { Pool } from 'pg';

/** Upper bounds of the latency histogram's buckets, ms; the last bucket has none. */
const LATENCY_BOUNDS = [
  250, 500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 3_600_000, 21_600_000, 86_400_000,
] as const;

export type CampaignPace = {
  /** Over how long the rates were counted, ms. */
  spanMs: number;
  offered: number;
  acknowledged: number;
  finished: number;
  /** Notified → acknowledged of the newest acknowledgments; `bounds` are upper ones, ms, the last bucket has none. */
  latency: {
    samples: number;
    p50: number;
    p95: number;
    p99: number;
    bounds: readonly number[];
    buckets: number[];
  } | null;
};

const NEWEST_EVENTS = 5_000;
const LONGEST_MS = 600_000;

/**
 * How fast a campaign goes and is answered: counted over its newest events, so that it costs the same for ten
 * vehicles and for a million.
 */
export async function readCampaignPace(pool: Pool, campaignId: string): Promise<CampaignPace> {
  const { rows } = await pool.query<{
    span: number | null;
    reached: boolean;
    offered: number;
    acknowledged: number;
    finished: number;
    samples: number;
    quantiles: number[] | null;
    buckets: number[] | null;
  }>(
    `WITH newest AS MATERIALIZED (
       SELECT at, from_state, to_state, latency_ms FROM timeline_events
       WHERE campaign_id = $1 ORDER BY id DESC LIMIT ${NEWEST_EVENTS}
     ), recent AS (
       SELECT * FROM newest WHERE at > now() - interval '${LONGEST_MS} milliseconds'
     ), answers AS (
       SELECT latency_ms AS ms, width_bucket(latency_ms, $2::int[]) AS bucket FROM newest
       WHERE to_state = 'acknowledged' AND from_state IS DISTINCT FROM to_state AND latency_ms IS NOT NULL
     )
     SELECT (SELECT extract(epoch FROM now() - min(at)) * 1000 FROM recent)::float8 AS span,
            (SELECT count(*) >= ${NEWEST_EVENTS} FROM newest) AS reached,
            (SELECT count(*) FROM recent WHERE to_state = 'notified' AND from_state IS DISTINCT FROM to_state)::int AS offered,
            (SELECT count(*) FROM recent WHERE to_state = 'acknowledged' AND from_state IS DISTINCT FROM to_state)::int AS acknowledged,
            (SELECT count(*) FROM recent WHERE from_state IS DISTINCT FROM to_state
               AND to_state IN ('confirmed', 'already_installed', 'failed', 'rolled_back', 'timed_out'))::int AS finished,
            (SELECT count(*) FROM answers)::int AS samples,
            (SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms) FROM answers) AS quantiles,
            (SELECT array_agg(coalesce(n, 0) ORDER BY b) FROM generate_series(0, ${LATENCY_BOUNDS.length}) b
             LEFT JOIN (SELECT bucket, count(*)::int AS n FROM answers GROUP BY bucket) a ON a.bucket = b) AS buckets`,
    [campaignId, LATENCY_BOUNDS],
  );
  const row = rows[0];
  if (!row) throw new Error('a SELECT without FROM has one row');
  const [p50, p95, p99] = row.quantiles ?? [];
  return {
    // Fewer events than looked at: the whole ten minutes were seen, quiet ones included.
    spanMs: row.reached ? Math.max(1, row.span ?? LONGEST_MS) : LONGEST_MS,
    offered: row.offered,
    acknowledged: row.acknowledged,
    finished: row.finished,
    latency:
      p50 === undefined || p95 === undefined || p99 === undefined
        ? null
        : { samples: row.samples, p50, p95, p99, bounds: LATENCY_BOUNDS, buckets: row.buckets ?? [] },
  };
}
