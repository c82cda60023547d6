import { stringify } from 'csv-stringify/sync';
import {
  type AssignmentRow,
  AssignmentSelection,
  listAssignments,
} from '#lib/db/queries/campaign-assignments.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'vin',
  'model',
  'wave',
  'state',
  'attempt',
  'progress',
  'notifiedAt',
  'deliveredAt',
  'acknowledgedAt',
  'finishedAt',
  'reasonCode',
  'reasonDetail',
  'failedEcuId',
  'failedFromVersion',
  'acknowledgedFailure',
  'late',
  'provisional',
  'reasons',
] as const satisfies readonly (keyof AssignmentRow)[];

/** The vehicles of a campaign that a selection has, as CSV by VIN, in pieces to be sent as they come. */
export const exportAssignmentsCsv = defineService({
  action: 'campaign.read',
  input: AssignmentSelection,
  async run(ctx, selection) {
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      yield stringify([[...COLUMNS]], { escape_formulas: true });
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof listAssignments>> = await listAssignments(
          ctx.db.pool,
          selection,
          {
            cursor,
            limit: 1_000,
          },
        );
        yield stringify(
          page.rows.map((row) => COLUMNS.map((name) => cellOf(name, row))),
          { escape_formulas: true },
        );
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
    }
  },
});

function cellOf(name: (typeof COLUMNS)[number], row: AssignmentRow): string {
  const value = row[name];
  // Waves are counted from one, as on the screen.
  if (name === 'wave') return String(row.wave + 1);
  if (value instanceof Date) return value.toISOString();
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
