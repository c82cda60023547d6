import type { Pool } from 'pg';
import { decodeCursor, pageOf } from './keyset.ts';

export type WaveRow = {
  number: number;
  name: string;
  state: string;
  startedAt: Date | null;
  soakUntil: Date | null;
  finishedAt: Date | null;
  openedBy: string | null;
};

export type AssignmentRow = {
  vin: string;
  model: string | null;
  wave: number;
  state: string;
  attempt: number;
  progress: number | null;
  online: boolean;
  notifiedAt: Date | null;
  deliveredAt: Date | null;
  acknowledgedAt: Date | null;
  finishedAt: Date | null;
  updatedAt: Date;
  late: boolean;
  provisional: boolean;
  acknowledgedFailure: boolean;
  reasonCode: string | null;
  reasonDetail: string | null;
  failedEcuId: string | null;
  failedFromVersion: string | null;
  reasons: unknown;
};

export type FailureCluster = {
  state: string;
  reasonCode: string | null;
  failedEcuId: string | null;
  failedFromVersion: string | null;
  failureClass: string | null;
  acknowledged: boolean;
  count: number;
  /** A few of the vehicles. */
  vins: string[];
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
export async function readWaves(pool: Pool, campaignId: string): Promise<WaveRow[]> {
  const { rows } = await pool.query<WaveRow>(
    `SELECT number, name, state, started_at AS "startedAt", soak_until AS "soakUntil",
            finished_at AS "finishedAt", opened_by AS "openedBy"
     FROM waves WHERE campaign_id = $1 ORDER BY number`,
    [campaignId],
  );
  return rows;
}

/** One page of a campaign's vehicles by VIN; of one state or wave where named. */
export async function listAssignmentRows(
  pool: Pool,
  query: {
    campaignId: string;
    state?: string | undefined;
    wave?: number | undefined;
    reasonCode?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<{ rows: AssignmentRow[]; next: string | null }> {
  const values: unknown[] = [query.campaignId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['a.campaign_id = $1'];
  if (query.state !== undefined) where.push(`a.state = ${bind(query.state)}`);
  if (query.wave !== undefined) where.push(`a.wave = ${bind(query.wave)}`);
  if (query.reasonCode !== undefined) where.push(`a.reason_code = ${bind(query.reasonCode)}`);
  if (query.cursor !== undefined) where.push(`a.vin > ${bind(decodeCursor(query.cursor, 1)[0])}::text`);
  const { rows } = await pool.query<AssignmentRow>(
    `SELECT a.vin, v.model, a.wave, a.state, a.attempt, a.progress, coalesce(s.online, false) AS online,
            a.notified_at AS "notifiedAt", a.delivered_at AS "deliveredAt",
            a.acknowledged_at AS "acknowledgedAt", a.finished_at AS "finishedAt", a.updated_at AS "updatedAt",
            a.late, a.provisional, a.acknowledged_failure AS "acknowledgedFailure",
            a.reason_code AS "reasonCode", a.reason_detail AS "reasonDetail", a.failed_ecu_id AS "failedEcuId",
            a.failed_from_version AS "failedFromVersion", a.reasons
     FROM assignments a
     LEFT JOIN vehicles v ON v.vin = a.vin
     LEFT JOIN vehicle_states s ON s.vin = a.vin
     WHERE ${where.join(' AND ')} ORDER BY a.vin LIMIT ${bind(query.limit + 1)}`,
    values,
  );
  return pageOf(rows, query.limit, (row) => [row.vin]);
}

/** Failures of a campaign by reason, ECU and version they came from, the largest cluster first. */
export async function readFailureClusters(pool: Pool, campaignId: string): Promise<FailureCluster[]> {
  const { rows } = await pool.query<FailureCluster>(
    `SELECT state, reason_code AS "reasonCode", failed_ecu_id AS "failedEcuId",
            failed_from_version AS "failedFromVersion", failure_class AS "failureClass",
            acknowledged_failure AS acknowledged, count(*)::int AS count, (array_agg(vin ORDER BY vin))[1:5] AS vins
     FROM assignments
     WHERE campaign_id = $1 AND state IN ('failed', 'rolled_back', 'timed_out', 'rejected', 'regressed')
     GROUP BY state, reason_code, failed_ecu_id, failed_from_version, failure_class, acknowledged_failure
     ORDER BY count(*) DESC, 1, 2, 3, 4 LIMIT 100`,
    [campaignId],
  );
  return rows;
}

/** The newest events of a campaign, or those after `afterId`, newest first. */
export async function readCampaignStream(
  pool: Pool,
  campaignId: string,
  { afterId, limit }: { afterId?: string | undefined; limit: number },
): Promise<StreamEvent[]> {
  const { rows } = await pool.query<StreamEvent>(
    `SELECT id::text, at, vin, kind, phase, ecu_id AS "ecuId", code, from_state AS "fromState",
            to_state AS "toState", latency_ms AS "latencyMs"
     FROM timeline_events e WHERE e.campaign_id = $1 AND ($2::bigint IS NULL OR e.id > $2)
     ORDER BY e.id DESC LIMIT $3`,
    [campaignId, afterId ?? null, limit],
  );
  return rows;
}

/** Acknowledgment latencies of a campaign (notified → acknowledged), ms; null where nothing was acknowledged. */
export async function readAckLatency(
  pool: Pool,
  campaignId: string,
): Promise<{ samples: number; p50: number; p95: number; p99: number } | null> {
  const { rows } = await pool.query<{ samples: number; q: number[] | null }>(
    `SELECT count(*)::int AS samples,
            percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms) AS q
     FROM (SELECT extract(epoch FROM acknowledged_at - notified_at) * 1000 AS ms FROM assignments
           WHERE campaign_id = $1 AND acknowledged_at IS NOT NULL AND notified_at IS NOT NULL
           ORDER BY acknowledged_at DESC LIMIT 10000) recent`,
    [campaignId],
  );
  const [p50, p95, p99] = rows[0]?.q ?? [];
  if (!rows[0] || p50 === undefined || p95 === undefined || p99 === undefined) return null;
  return { samples: rows[0].samples, p50, p95, p99 };
}
