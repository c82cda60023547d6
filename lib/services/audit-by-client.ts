import type pg from 'pg';
import { AUDIT_LOCK, type AuditRecord, auditHash, GENESIS, plain } from './audit.ts';

/** As `recordAudit`, within a transaction on a `pg` connection; for services whose writes are set-based. */
export async function recordAuditByClient(client: pg.PoolClient, record: AuditRecord): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  const last = await client.query<{ sequence: string; hash: string }>(
    'SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1',
  );
  const previous = last.rows[0]?.hash ?? GENESIS;
  const row = {
    sequence: BigInt(last.rows[0]?.sequence ?? 0) + 1n,
    at: record.at,
    actorKind: record.actor.kind,
    actorId: record.actor.kind === 'user' ? record.actor.id : null,
    actorName: record.actor.name,
    action: record.action,
    subjectType: record.subject.type,
    subjectId: record.subject.id,
    before: plain(record.before),
    after: plain(record.after),
  };
  await client.query(
    `INSERT INTO audit_entries (sequence, at, actor_kind, actor_id, actor_name, action, subject_type, subject_id,
                                before, after, previous, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.sequence.toString(),
      row.at,
      row.actorKind,
      row.actorId,
      row.actorName,
      row.action,
      row.subjectType,
      row.subjectId,
      row.before === undefined ? null : JSON.stringify(row.before),
      row.after === undefined ? null : JSON.stringify(row.after),
      previous,
      auditHash(previous, row),
    ],
  );
}
