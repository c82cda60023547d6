import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { type AuditRow, listAuditRows } from '#lib/db/queries/audit.ts';
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
  input: listAudit.input.omit({ cursor: true, limit: true }).extend({ header: z.boolean().default(true) }),
  async run(ctx, { header, ...query }) {
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      if (header) yield stringify([[...COLUMNS]], { escape_formulas: true });
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof listAuditRows>> = await listAuditRows(ctx.db.pool, {
          ...query,
          cursor,
          limit: 1000,
        });
        yield stringify(
          page.rows.map((row) => COLUMNS.map((name) => cellOf(row[name]))),
          { escape_formulas: true },
        );
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
    }
  },
});

function cellOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
