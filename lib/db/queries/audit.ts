import type { Pool } from 'pg';
import { decodeCursor, pageOf } from './keyset.ts';
import { remembered } from './remembered.ts';

export type AuditRow = {
  sequence: string;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  subjectType: string;
  subjectId: string;
  before: unknown;
  after: unknown;
  hash: string;
};

export type AuditSelection = {
  actorId?: string | undefined;
  action?: string | undefined;
  subjectType?: string | undefined;
  subjectId?: string | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
};
export type AuditQuery = AuditSelection & { cursor?: string | undefined; limit: number };

/** The audit log, newest first. `action` may end in `.` to mean all actions of that kind. */
export async function listAuditRows(
  pool: Pool,
  query: AuditQuery,
): Promise<{ rows: AuditRow[]; next: string | null }> {
  const { where, values, bind } = conditionsOf(query);
  if (query.cursor !== undefined)
    where.push(`e.sequence < ${bind(decodeCursor(query.cursor, 'bigint')[0])}::bigint`);
  const { rows } = await pool.query<AuditRow>(
    `SELECT sequence::text, at, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName",
            action, subject_type AS "subjectType", subject_id AS "subjectId", before, after, hash
     FROM audit_entries e WHERE ${where.join(' AND ')}
     ORDER BY e.sequence DESC LIMIT ${bind(query.limit + 1)}`,
    values,
  );
  return pageOf(rows, query.limit, (row) => [row.sequence]);
}

/** How many rows of the audit log a filter has; shared by open pages for a second. */
export function countAuditRows(pool: Pool, selection: AuditSelection): Promise<number> {
  return remembered(pool, `audit ${JSON.stringify(selection)}`, 1_000, async () => {
    const { where, values } = conditionsOf(selection);
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM audit_entries e WHERE ${where.join(' AND ')}`,
      values,
    );
    return rows[0]?.count ?? 0;
  });
}

function conditionsOf(query: AuditSelection) {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['TRUE'];
  if (query.actorId !== undefined) where.push(`actor_id = ${bind(query.actorId)}`);
  if (query.action?.endsWith('.')) where.push(`starts_with(action, ${bind(query.action)})`);
  else if (query.action !== undefined) where.push(`action = ${bind(query.action)}`);
  if (query.subjectType !== undefined) where.push(`subject_type = ${bind(query.subjectType)}`);
  if (query.subjectId !== undefined) where.push(`subject_id = ${bind(query.subjectId)}`);
  if (query.from !== undefined) where.push(`at >= ${bind(query.from)}`);
  if (query.until !== undefined) where.push(`at < ${bind(query.until)}`);
  return { where, values, bind };
}
