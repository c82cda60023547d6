import { z } from 'zod';
import { countQuarantine, listQuarantineRows } from '#lib/db/queries/quarantine.ts';
import { defineService } from './define-service.ts';

/** One page of quarantine rows of a state, the one seen last first, and the open ones by reason. */
export const listQuarantine = defineService({
  action: 'quarantine.read',
  input: z.object({
    state: z.enum(['open', 'replayed', 'dismissed']).default('open'),
    reason: z.string().optional(),
    source: z.string().optional(),
    vin: z.string().optional(),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  async run(ctx, query) {
    const [page, open] = await Promise.all([
      listQuarantineRows(ctx.db.pool, query),
      countQuarantine(ctx.db.pool),
    ]);
    return { ...page, open };
  },
});
