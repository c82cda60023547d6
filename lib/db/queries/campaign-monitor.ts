import type { Pool } from 'pg';
import type { Queryable } from '#lib/db/queryable.ts';

export type WaveRow = {
  number: number;
  name: string;
  state: string;
  startedAt: Date | null;
  soakUntil: Date | null;
  finishedAt: Date | null;
  openedBy: string | null;
  /** Everything of it is settled and its gate is not met. */
  stalledAt: Date | null;
  /** Finished vehicles when failures were last acknowledged. */
  sampleBase: number;
};

export type FailureCluster = {
  reasonCode: string | null;
  failedEcuId: string | null;
  failedFromVersion: string | null;
  failureClass: string | null;
  /** Of failures that a retry can repeat; not of refusals and later returns to the old version. */
  retriable: boolean;
  count: number;
  /** How many of them a person took note of. */
  acknowledged: number;
  /** How many will be tried again by themselves. */
  retrying: number;
  states: string[];
  /** One of the vehicles, and what it said. */
  vin: string;
  detail: string | null;
};

export type StreamEvent = {
  id: string;
  at: Date;
  vin: string;
  kind: string;
  phase: string | null;
  ecuId: string | null;
  code: string | null;
  fromState: string | null;
  toState: string | null;
  latencyMs: number | null;
};

/** Waves of a campaign in their order. */
export async function readWaves(db: Queryable, campaignId: string): Promise<WaveRow[]> {
  const { rows } = await db.query<WaveRow>({
    name: 'campaign_waves',
    text: `SELECT number, name, state, started_at AS "startedAt", soak_until AS "soakUntil",
              finished_at AS "finishedAt", opened_by AS "openedBy", stalled_at AS "stalledAt",
              sample_base AS "sampleBase"
       FROM waves WHERE campaign_id = $1 ORDER BY number`,
    values: [campaignId],
  });
  return rows;
}

/** Failures of a campaign by reason, ECU and version they came from, the largest cluster first. */
export async function readFailureClusters(pool: Pool, campaignId: string): Promise<FailureCluster[]> {
  const { rows } = await pool.query<FailureCluster>(
    `SELECT c.*, (SELECT a.reason_detail FROM assignments a WHERE a.campaign_id = $1 AND a.vin = c.vin) AS detail
     FROM (
       SELECT reason_code AS "reasonCode", failed_ecu_id AS "failedEcuId", failed_from_version AS "failedFromVersion",
              min(failure_class) AS "failureClass", state IN ('failed', 'rolled_back', 'timed_out') AS retriable,
              count(*)::int AS count, (count(*) FILTER (WHERE acknowledged_failure))::int AS acknowledged,
              (count(*) FILTER (WHERE retry_at IS NOT NULL))::int AS retrying,
              array_agg(DISTINCT state ORDER BY state) AS states, min(vin) AS vin
       FROM assignments
       WHERE campaign_id = $1 AND state IN ('failed', 'rolled_back', 'timed_out', 'rejected', 'regressed')
       GROUP BY reason_code, failed_ecu_id, failed_from_version, 5
       ORDER BY count(*) DESC, 1, 2, 3 LIMIT 100
     ) c ORDER BY c.count DESC, 1, 2, 3`,
    [campaignId],
  );
  return rows;
}

/** The newest events of a campaign, or the newest of those up to `untilId`, newest first. */
export async function readCampaignStream(
  pool: Pool,
  campaignId: string,
  { untilId, wave, limit }: { untilId?: string | undefined; wave?: number | undefined; limit: number },
): Promise<StreamEvent[]> {
  const { rows } = await pool.query<StreamEvent>(
    `SELECT id::text, at, vin, kind, phase, ecu_id AS "ecuId", code, from_state AS "fromState",
            to_state AS "toState", latency_ms AS "latencyMs"
     FROM timeline_events e WHERE e.campaign_id = $1 AND ($2::bigint IS NULL OR e.id <= $2)
       AND ($4::int IS NULL OR EXISTS (
         SELECT FROM assignments a WHERE a.campaign_id = $1 AND a.vin = e.vin AND a.wave = $4))
     ORDER BY e.id DESC LIMIT $3`,
    [campaignId, untilId ?? null, limit, wave ?? null],
  );
  return rows;
}
