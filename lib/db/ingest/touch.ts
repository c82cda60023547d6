import type { PoolClient } from 'pg';
import { columns } from './columns.ts';

/** A message that says "nothing changed": a heartbeat, or a full report equal to the last one. */
export type Touch = {
  vin: string;
  sequence: number;
  fingerprint: string;
  at: Date;
  /** A full report, not a heartbeat. */
  full: boolean;
  clockSkewMs: number | null;
};

export type Touched = {
  /** Vehicles of which an assignment claims an installation that inventory has not proved yet. */
  awaited: { vin: string; epoch: number }[];
  /** Vehicles that a touch cannot stand for. */
  untouched: string[];
};

// Instants travel as milliseconds, and only exceptions come back: both are much of what a touch costs.
const sql = `
WITH touched AS (
  UPDATE vehicle_states s SET
    sequence = t.sequence,
    report_sequence = CASE WHEN t.is_full THEN t.sequence ELSE s.report_sequence END,
    last_seen_at = greatest(s.last_seen_at, to_timestamp(t.at / 1e3)),
    last_seen_bucket = greatest(s.last_seen_bucket, (t.at / 3.6e6)::int),
    last_report_at = CASE WHEN t.is_full THEN greatest(s.last_report_at, to_timestamp(t.at / 1e3)) ELSE s.last_report_at END,
    clock_skew_ms = coalesce(t.skew, s.clock_skew_ms)
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::float8[], $5::bool[], $6::bigint[])
    AS t (vin, sequence, fingerprint, at, is_full, skew)
  WHERE s.vin = t.vin AND s.fingerprint = t.fingerprint AND t.sequence >= s.sequence
    AND (s.online OR s.presence_at IS NOT NULL)
  RETURNING s.vin, s.epoch, EXISTS (
    SELECT FROM assignments a WHERE a.vin = s.vin AND (a.state = 'installed' OR a.provisional)
  ) AS awaited
)
SELECT vin, epoch FROM touched WHERE awaited
UNION ALL
SELECT given.vin, NULL FROM unnest($1::text[]) AS given (vin)
WHERE NOT EXISTS (SELECT FROM touched WHERE touched.vin = given.vin)`;

/**
 * Touches the narrow row of every vehicle that still has the configuration its message vouches for; the others
 * (unknown configuration, older sequence, online by this message) need a closer look. One per vehicle. Runs on its
 * own: repeating it changes nothing.
 */
export async function touchVehicles(client: PoolClient, touches: readonly Touch[]): Promise<Touched> {
  const result: Touched = { awaited: [], untouched: [] };
  if (touches.length === 0) return result;
  const sorted = touches.toSorted((a, b) => (a.vin < b.vin ? -1 : 1));
  const { rows } = await client.query<{ vin: string; epoch: number | null }>({
    name: 'ingest_touch',
    text: sql,
    values: columns(
      sorted,
      (touch) => touch.vin,
      (touch) => touch.sequence,
      (touch) => touch.fingerprint,
      (touch) => touch.at.getTime(),
      (touch) => touch.full,
      (touch) => touch.clockSkewMs,
    ),
  });
  for (const { vin, epoch } of rows) {
    if (epoch === null) result.untouched.push(vin);
    else result.awaited.push({ vin, epoch });
  }
  return result;
}
