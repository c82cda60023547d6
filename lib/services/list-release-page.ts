import { z } from 'zod';
import { ReleaseQuery, listReleasePage as readPage } from '#lib/db/queries/release-list.ts';
import { defineService } from './define-service.ts';

/** One page of the catalog's releases in an indexed order. */
export const listReleasePage = defineService({
  action: 'catalog.read',
  input: ReleaseQuery.extend({
    cursor: z.string().max(2000).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, query) => readPage(ctx.db.pool, query),
});
