import type pg from 'pg';

/** One row of the timeline of a vehicle. */
export type TimelineRow = {
  vin: string;
  at: Date;
  kind: string;
  campaign_id?: string | null;
  attempt?: number | null;
  phase?: string | null;
  ecu_id?: string | null;
  code?: string | null;
  detail?: string | null;
  from_state?: string | null;
  to_state?: string | null;
  latency_ms?: number | null;
  epoch?: number | null;
  sequence?: number | null;
  data?: unknown;
};

/** Appends rows; a message that has its row already (epoch, sequence) leaves no second one. */
export async function appendTimeline(client: pg.PoolClient, rows: readonly TimelineRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO timeline_events (vin, at, kind, campaign_id, attempt, phase, ecu_id, code, detail, from_state,
                                  to_state, latency_ms, epoch, sequence, data)
     SELECT * FROM json_to_recordset($1::json) AS r(vin text, at timestamptz, kind text, campaign_id text,
       attempt int, phase text, ecu_id text, code text, detail text, from_state text, to_state text,
       latency_ms int, epoch int, sequence bigint, data jsonb)
     ON CONFLICT (vin, epoch, sequence) WHERE sequence IS NOT NULL DO NOTHING`,
    [JSON.stringify(rows)],
  );
}
