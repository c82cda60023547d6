import type { PoolClient } from 'pg';
import type { Rejected } from '#lib/worker/inbound/messages.ts';
import { columns } from './columns.ts';

/** Payloads kept of each quarantine row: the newest ones. */
export const KEPT_PAYLOADS = 20;

const upsertSql = `
INSERT INTO quarantine (source, reason, vin, detail, count, first_seen_at, last_seen_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[])
ON CONFLICT (source, reason) WHERE state = 'open' DO UPDATE SET
  count = quarantine.count + EXCLUDED.count, detail = EXCLUDED.detail,
  last_seen_at = greatest(quarantine.last_seen_at, EXCLUDED.last_seen_at)
RETURNING id, source, reason`;

const trimSql = `
DELETE FROM quarantine_messages m USING unnest($1::bigint[]) AS q (id)
WHERE m.quarantine_id = q.id AND m.id NOT IN (
  SELECT id FROM quarantine_messages n WHERE n.quarantine_id = q.id ORDER BY id DESC LIMIT ${KEPT_PAYLOADS})`;

/**
 * Stores what was refused. Messages of one source and reason share the open row: its count rises, the newest
 * payloads are kept.
 */
export async function writeQuarantine(client: PoolClient, rejected: readonly Rejected[]): Promise<void> {
  if (rejected.length === 0) return;
  const groups = [...Map.groupBy(rejected, keyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group);
  const upserted = await client.query<{ id: string; source: string; reason: string }>(
    upsertSql,
    columns(
      groups,
      (group) => group[0]?.source,
      (group) => group[0]?.reason,
      (group) => group[0]?.vin ?? null,
      (group) => group.at(-1)?.detail,
      (group) => group.reduce((sum, message) => sum + message.count, 0),
      (group) => group[0]?.receivedAt,
      (group) => group.at(-1)?.receivedAt,
    ),
  );
  const ids = new Map(upserted.rows.map((row) => [keyOf(row), row.id]));
  const kept = groups.flatMap((group) => group.slice(-KEPT_PAYLOADS));
  await client.query(
    `INSERT INTO quarantine_messages (quarantine_id, topic, qos, payload, payload_bytes, received_at)
     SELECT id, topic, qos, decode(payload, 'base64'), payload_bytes, at
     FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::int[], $6::timestamptz[])
       WITH ORDINALITY AS t (id, topic, qos, payload, payload_bytes, at, place) ORDER BY place`,
    columns(
      kept,
      (message) => ids.get(keyOf(message)),
      (message) => message.topic,
      (message) => message.qos,
      (message) => message.payload.toString('base64'),
      (message) => message.payloadBytes,
      (message) => message.receivedAt,
    ),
  );
  await client.query(trimSql, [[...ids.values()]]);
}

function keyOf({ source, reason }: { source: string; reason: string }): string {
  return `${reason}|${source}`;
}
