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

/** `awaited`: an assignment of this vehicle claims an installation that inventory has not proved yet. */
export type Touched = { vin: string; epoch: number; awaited: boolean };

const sql = `
UPDATE vehicle_states s SET
  sequence = t.sequence,
  report_sequence = CASE WHEN t.is_full THEN t.sequence ELSE s.report_sequence END,
  last_seen_at = greatest(s.last_seen_at, t.at),
  last_seen_bucket = greatest(s.last_seen_bucket, (extract(epoch FROM t.at) / 3600)::int),
  last_report_at = CASE WHEN t.is_full THEN greatest(s.last_report_at, t.at) ELSE s.last_report_at END,
  clock_skew_ms = coalesce(t.skew, s.clock_skew_ms)
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bool[], $6::bigint[])
  AS t (vin, sequence, fingerprint, at, is_full, skew)
WHERE s.vin = t.vin AND s.fingerprint = t.fingerprint AND t.sequence >= s.sequence
  AND (s.online OR s.presence_at IS NOT NULL)
RETURNING s.vin, s.epoch, EXISTS (
  SELECT FROM assignments a WHERE a.vin = s.vin AND (a.state = 'installed' OR a.provisional)
) AS awaited`;

/**
 * Touches the narrow row of every vehicle that still has the configuration its message vouches for, and
 * returns those; the others (unknown configuration, older sequence, online by this message) need a closer look. One per vehicle.
 * Runs on its own: repeating it changes nothing.
 */
export async function touchVehicles(client: PoolClient, touches: readonly Touch[]): Promise<Touched[]> {
  if (touches.length === 0) return [];
  const sorted = touches.toSorted((a, b) => (a.vin < b.vin ? -1 : 1));
  const result = await client.query<Touched>({
    name: 'ingest_touch',
    text: sql,
    values: columns(
      sorted,
      (touch) => touch.vin,
      (touch) => touch.sequence,
      (touch) => touch.fingerprint,
      (touch) => touch.at,
      (touch) => touch.full,
      (touch) => touch.clockSkewMs,
    ),
  });
  return result.rows;
}
