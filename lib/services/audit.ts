import { createHash } from 'node:crypto';
import type { Prisma } from '#lib/db/generated/client.ts';
import { canonicalJson } from '#lib/protocol/canonical-json.ts';
import type { Actor } from './context.ts';

/** Any positive constant: holders append to the chain one after the other. */
export const AUDIT_LOCK = 7_203_114;
export const GENESIS = '0'.repeat(64);

export type AuditRecord = {
  actor: Actor;
  at: Date;
  action: string;
  subject: { type: string; id: string };
  before?: unknown;
  after?: unknown;
};

type ChainedRow = {
  sequence: bigint;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  subjectType: string;
  subjectId: string;
  before: unknown;
  after: unknown;
};

/** Hash of an audit row: SHA-256, hex, over the previous hash and the row's canonical JSON. */
export function auditHash(previous: string, row: ChainedRow): string {
  const { sequence, at, actorKind, actorId, actorName, action, subjectType, subjectId, before, after } = row;
  // Field by field: a row that was read back has its own hash, too.
  const content = {
    sequence: sequence.toString(),
    at: at.toISOString(),
    actorKind,
    actorId,
    actorName,
    action,
    subjectType,
    subjectId,
    before: before ?? null,
    after: after ?? null,
  };
  return createHash('sha256').update(previous).update(canonicalJson(content)).digest('hex');
}

/** JSON as it comes back from the database, so that a row hashes the same when it is checked later. */
export function plain(value: unknown): Prisma.InputJsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  return JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)));
}

/** Appends one row to the audit chain within the caller's transaction, which holds the chain until it ends. */
export async function recordAudit(tx: Prisma.TransactionClient, record: AuditRecord): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${AUDIT_LOCK})`;
  const last = await tx.auditEntry.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true },
  });
  const previous = last?.hash ?? GENESIS;
  const row = {
    sequence: (last?.sequence ?? 0n) + 1n,
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
  await tx.auditEntry.create({
    data: { ...row, previous, hash: auditHash(previous, { ...row, before: row.before, after: row.after }) },
  });
}

/** First sequence at which the chain breaks, or null where every row's hash follows from the row before. */
export async function findBrokenAuditEntry(tx: Prisma.TransactionClient): Promise<bigint | null> {
  let previous = GENESIS;
  let expected = 1n;
  for (;;) {
    const rows = await tx.auditEntry.findMany({
      where: { sequence: { gte: expected } },
      orderBy: { sequence: 'asc' },
      take: 1000,
    });
    if (rows.length === 0) return null;
    for (const row of rows) {
      if (row.sequence !== expected || row.previous !== previous || row.hash !== auditHash(previous, row))
        return expected;
      previous = row.hash;
      expected += 1n;
    }
  }
}
