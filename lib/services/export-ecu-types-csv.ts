import { z } from 'zod';
import { type EcuTypeRow, listEcuTypeRows } from '#lib/db/queries/catalog.ts';
import { csvPieces } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'name',
  'versionScheme',
  'newestVersion',
  'releases',
  'drafts',
  'knownVersions',
  'installedOn',
  'atNewest',
  'description',
  'createdAt',
] as const satisfies readonly (keyof EcuTypeRow)[];

/** All ECU types as CSV, by name. */
export const exportEcuTypesCsv = defineService({
  action: 'catalog.read',
  input: z.object({}),
  run: async (ctx) => csvPieces(COLUMNS, [await listEcuTypeRows(ctx.db.pool)]),
});
