import type pg from 'pg';
import { repeated } from '#lib/db/repeated.ts';
import { type Column, rowSource } from './row-source.ts';

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

const columns: readonly Column<TimelineRow>[] = [
  ['vin', 'text', (row) => row.vin],
  ['at', 'timestamptz', (row) => row.at],
  ['kind', 'text', (row) => row.kind],
  ['campaign_id', 'text', (row) => row.campaign_id],
  ['attempt', 'int', (row) => row.attempt],
  ['phase', 'text', (row) => row.phase],
  ['ecu_id', 'text', (row) => row.ecu_id],
  ['code', 'text', (row) => row.code],
  ['detail', 'text', (row) => row.detail],
  ['from_state', 'text', (row) => row.from_state],
  ['to_state', 'text', (row) => row.to_state],
  ['latency_ms', 'int', (row) => row.latency_ms],
  ['epoch', 'int', (row) => row.epoch],
  ['sequence', 'bigint', (row) => row.sequence],
  ['data', 'jsonb', (row) => (row.data == null ? null : JSON.stringify(row.data))],
];
const names = columns.map(([name]) => name).join(', ');

/** Appends rows; a message that has its row already (epoch, sequence) leaves no second one. */
export async function appendTimeline(client: pg.PoolClient, rows: readonly TimelineRow[]): Promise<void> {
  if (rows.length === 0) return;
  const source = rowSource(rows, columns);
  const text = `INSERT INTO timeline_events (${names}) SELECT ${names} FROM ${source.sql} AS r
     ON CONFLICT (vin, epoch, sequence) WHERE sequence IS NOT NULL DO NOTHING`;
  await client.query(repeated(text, source.values));
}
