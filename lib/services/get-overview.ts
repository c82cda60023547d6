import { z } from 'zod';
import { readOverview } from '#lib/db/queries/overview.ts';
import { defineService } from './define-service.ts';

/** What the first page shows: fleet, compliance, campaigns under way, and what waits for a person. */
export const getOverview = defineService({
  action: 'fleet.read',
  input: z.object({}),
  run: (ctx) => readOverview(ctx.db.pool, ctx.now()),
});
