import type { ReleaseRow } from '#lib/db/queries/catalog.ts';
import { listReleasePage, ReleaseQuery } from '#lib/db/queries/release-list.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'ecuType',
  'version',
  'state',
  'hardwareVersions',
  'dependencies',
  'artifactFileName',
  'artifactLength',
  'artifactSha256',
  'installedOn',
  'createdAt',
  'createdBy',
  'releasedAt',
  'withdrawnAt',
  'withdrawnReason',
  'id',
] as const satisfies readonly (keyof ReleaseRow)[];

/** The releases of a filter as CSV, in the order of the list, in pieces to be sent as they come. */
export const exportReleasesCsv = defineService({
  action: 'catalog.read',
  input: ReleaseQuery,
  run: async (ctx, query) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => listReleasePage(ctx.db.pool, { ...query, cursor, limit: 1000 })),
    ),
});
