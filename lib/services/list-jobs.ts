import { z } from 'zod';
import { listJobRows } from '#lib/db/queries/jobs.ts';
import { defineService } from './define-service.ts';

/** The newest jobs; only those under way where asked for. */
export const listJobs = defineService({
  action: 'fleet.read',
  input: z.object({ open: z.boolean().default(true) }),
  run: (ctx, query) => listJobRows(ctx.db.pool, query),
});
