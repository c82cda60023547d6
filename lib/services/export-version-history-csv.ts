import { z } from 'zod';
import { readVersionHistory, type VersionRow } from '#lib/db/queries/vehicle-history.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'at',
  'ecuId',
  'type',
  'softwareVersion',
  'hardwareVersion',
  'serial',
  'state',
  'epoch',
  'sequence',
  'id',
] as const satisfies readonly (keyof VersionRow)[];

/** What ran on which ECU of a vehicle from when on, as CSV, newest first. */
export const exportVersionHistoryCsv = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64) }),
  run: async (ctx, { vin }) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => readVersionHistory(ctx.db.pool, vin, { cursor, limit: 1000 })),
    ),
});
