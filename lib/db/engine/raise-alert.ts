import type pg from 'pg';
import type { AlertEvent } from '#lib/domain/alert-event.ts';

/** Text of an alert, and what it is about, for machines. */
export type Alert = { subject: string; body: Record<string, unknown> & { text: string } };

/** Queues an alert to every enabled channel that wants the event, within a transaction on a `pg` connection. */
export async function raiseAlertByClient(
  client: pg.PoolClient,
  event: AlertEvent,
  { subject, body }: Alert,
  now: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO alert_deliveries (channel_id, event, subject, body, next_at, created_at)
     SELECT id, $1, $2, $3, $4, $4 FROM alert_channels WHERE enabled AND $1 = ANY (events)`,
    [event, subject, JSON.stringify(body), now],
  );
}
