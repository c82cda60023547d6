import { z } from 'zod';
import { listReleaseRows } from '#lib/db/queries/catalog.ts';
import { ReleaseState } from '#lib/domain/release.ts';
import { defineService } from './define-service.ts';

/** Releases of one ECU type or of all, the newest first. */
export const listReleases = defineService({
  action: 'catalog.read',
  input: z.object({ ecuType: z.string().optional(), state: ReleaseState.optional() }),
  run: (ctx, query) => listReleaseRows(ctx.db.pool, query),
});
