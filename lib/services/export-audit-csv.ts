import { type AuditRow, listAuditRows } from '#lib/db/queries/audit.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';
import { listAudit } from './list-audit.ts';

const COLUMNS = [
  'sequence',
  'at',
  'actorKind',
  'actorName',
  'action',
  'subjectType',
  'subjectId',
  'before',
  'after',
  'hash',
] as const satisfies readonly (keyof AuditRow)[];

/** The audit log of a filter as CSV, newest first, in pieces to be sent as they come. */
export const exportAuditCsv = defineService({
  action: 'audit.read',
  input: listAudit.input.omit({ cursor: true, limit: true }),
  run: async (ctx, query) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => listAuditRows(ctx.db.pool, { ...query, cursor, limit: 1000 })),
    ),
});
