import { z } from 'zod';
import { listAlertDeliveryRows } from '#lib/db/queries/alert-deliveries.ts';
import { defineService } from './define-service.ts';

/** One page of the log of alert deliveries, newest first. */
export const listAlertDeliveries = defineService({
  action: 'settings.read',
  input: z.object({
    channelId: z.string().max(64).optional(),
    state: z.enum(['queued', 'delivered', 'failed']).optional(),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, query) => listAlertDeliveryRows(ctx.db.pool, query),
});
