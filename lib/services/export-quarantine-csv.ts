import { listQuarantineRows, type QuarantineRow } from '#lib/db/queries/quarantine.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
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
  run: async (ctx, query) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => listQuarantineRows(ctx.db.pool, { ...query, cursor, limit: 1000 })),
    ),
});
