import { stringify } from 'csv-stringify/sync';
import { listQuarantineRows, type QuarantineRow } from '#lib/db/queries/quarantine.ts';
import { defineService } from './define-service.ts';
import { listQuarantine } from './list-quarantine.ts';

const COLUMNS = [
  'id',
  'state',
  'source',
  'vin',
  'reason',
  'detail',
  'count',
  'firstSeenAt',
  'lastSeenAt',
  'closedBy',
  'closedAt',
] as const satisfies readonly (keyof QuarantineRow)[];

/** The quarantine rows of a filter as CSV, in pieces to be sent as they come. */
export const exportQuarantineCsv = defineService({
  action: 'quarantine.read',
  input: listQuarantine.input.omit({ cursor: true, limit: true }),
  async run(ctx, query) {
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      yield stringify([[...COLUMNS]], { escape_formulas: true });
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof listQuarantineRows>> = await listQuarantineRows(ctx.db.pool, {
          ...query,
          cursor,
          limit: 1_000,
        });
        yield stringify(
          page.rows.map((row) =>
            COLUMNS.map((name) => {
              const value = row[name];
              return value instanceof Date ? value.toISOString() : String(value ?? '');
            }),
          ),
          { escape_formulas: true },
        );
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
    }
  },
});
