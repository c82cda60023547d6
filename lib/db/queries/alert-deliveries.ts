import type { Pool } from 'pg';
import { decodeCursor, pageOf } from './keyset.ts';

export type AlertDeliveryRow = {
  id: string;
  event: string;
  subject: string;
  state: string;
  attempts: number;
  nextAt: Date | null;
  error: string | null;
  createdAt: Date;
  deliveredAt: Date | null;
  channelId: string;
  channelName: string;
  channelKind: string;
};

export type AlertDeliverySelection = { channelId?: string | undefined; state?: string | undefined };

const WHERE = '($1::text IS NULL OR d.channel_id = $1) AND ($2::text IS NULL OR d.state = $2)';

/** The log of alert deliveries, newest first. */
export async function listAlertDeliveryRows(
  pool: Pool,
  {
    channelId,
    state,
    cursor,
    limit,
  }: AlertDeliverySelection & { cursor?: string | undefined; limit: number },
): Promise<{ rows: AlertDeliveryRow[]; next: string | null }> {
  const before = cursor === undefined ? null : decodeCursor(cursor, 'bigint')[0];
  const { rows } = await pool.query<AlertDeliveryRow>(
    `SELECT d.id::text, d.event, d.subject, d.state, d.attempts, d.next_at AS "nextAt", d.error,
            d.created_at AS "createdAt", d.delivered_at AS "deliveredAt", c.id AS "channelId",
            c.name AS "channelName", c.kind AS "channelKind"
     FROM alert_deliveries d JOIN alert_channels c ON c.id = d.channel_id
     WHERE ${WHERE} AND ($3::bigint IS NULL OR d.id < $3) ORDER BY d.id DESC LIMIT $4`,
    [channelId ?? null, state ?? null, before, limit + 1],
  );
  return pageOf(rows, limit, (row) => [row.id]);
}

/** How many deliveries a selection has. */
export async function countAlertDeliveries(
  pool: Pool,
  { channelId, state }: AlertDeliverySelection,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM alert_deliveries d WHERE ${WHERE}`,
    [channelId ?? null, state ?? null],
  );
  return rows[0]?.count ?? 0;
}
