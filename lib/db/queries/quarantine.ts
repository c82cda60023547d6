import type { Pool } from 'pg';
import { decodeCursor, pageOf } from './keyset.ts';

export type QuarantineRow = {
  id: string;
  source: string;
  reason: string;
  vin: string | null;
  detail: string;
  count: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
  state: string;
  closedBy: string | null;
  closedAt: Date | null;
  /** Whether its VIN is a registered vehicle now. */
  registered: boolean;
};

export type QuarantinedMessage = {
  id: string;
  topic: string;
  qos: number;
  payloadBytes: number;
  receivedAt: Date;
  replayedAt: Date | null;
  outcome: string | null;
  /** As text, where the bytes are UTF-8. */
  text: string | null;
  /** The first bytes in hex. */
  hex: string;
};

const ROW = `q.id::text, q.source, q.reason, q.vin, q.detail, q.count, q.first_seen_at AS "firstSeenAt",
  q.last_seen_at AS "lastSeenAt", q.state, q.closed_by AS "closedBy", q.closed_at AS "closedAt",
  EXISTS (SELECT 1 FROM vehicles v WHERE v.vin = q.vin) AS registered`;
const shownHexBytes = 4096;

export type QuarantineQuery = {
  state: 'open' | 'replayed' | 'dismissed';
  reason?: string | undefined;
  /** A part of the source's name. */
  source?: string | undefined;
  vin?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

/** Quarantine rows of one state, the one seen last first. */
export async function listQuarantineRows(
  pool: Pool,
  { state, reason, source, vin, cursor, limit }: QuarantineQuery,
): Promise<{ rows: QuarantineRow[]; next: string | null }> {
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'instant', 'bigint');
  const { rows } = await pool.query<QuarantineRow>(
    `SELECT ${ROW} FROM quarantine q
     WHERE q.state = $1 AND ($2::text IS NULL OR q.reason = $2) AND ($3::text IS NULL OR q.vin = $3)
       AND ($4::timestamptz IS NULL OR (q.last_seen_at, q.id) < ($4, $5::bigint))
       AND ($7::text IS NULL OR position(lower($7) IN lower(q.source)) > 0)
     ORDER BY q.last_seen_at DESC, q.id DESC LIMIT $6`,
    [state, reason ?? null, vin ?? null, at, id, limit + 1, source ?? null],
  );
  return pageOf(rows, limit, (row) => [row.lastSeenAt.toISOString(), row.id]);
}

/** Open rows and messages by reason, the most frequent first. */
export async function countQuarantine(
  pool: Pool,
): Promise<{ reason: string; rows: number; messages: number }[]> {
  const { rows } = await pool.query<{ reason: string; rows: number; messages: number }>(
    `SELECT reason, count(*)::int AS rows, sum(count)::float8 AS messages
     FROM quarantine WHERE state = 'open' GROUP BY reason ORDER BY 3 DESC, 1`,
  );
  return rows;
}

/** One row with the messages that were kept of it, newest first; null where there is none. */
export async function readQuarantineRow(
  pool: Pool,
  id: bigint,
): Promise<{ row: QuarantineRow; messages: QuarantinedMessage[] } | null> {
  const [row, messages] = await Promise.all([
    pool.query<QuarantineRow>(`SELECT ${ROW} FROM quarantine q WHERE q.id = $1`, [id]),
    pool.query<Omit<QuarantinedMessage, 'text' | 'hex'> & { payload: Buffer }>(
      `SELECT id::text, topic, qos, payload, payload_bytes AS "payloadBytes", received_at AS "receivedAt",
              replayed_at AS "replayedAt", outcome
       FROM quarantine_messages m WHERE m.quarantine_id = $1 ORDER BY m.id DESC LIMIT 50`,
      [id],
    ),
  ]);
  const found = row.rows[0];
  if (!found) return null;
  return {
    row: found,
    messages: messages.rows.map(({ payload, ...message }) => ({
      ...message,
      text: textOf(payload),
      hex: payload.subarray(0, shownHexBytes).toString('hex'),
    })),
  };
}

function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
