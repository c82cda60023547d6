import { z } from 'zod';
import { readTimeline } from '#lib/db/queries/vehicle-history.ts';
import { defineService } from './define-service.ts';

/** One page of a vehicle's timeline, newest first; of one campaign where one is named. */
export const getVehicleTimeline = defineService({
  action: 'fleet.read',
  input: z.object({
    vin: z.string().min(1).max(64),
    campaignId: z.string().optional(),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, { vin, ...query }) => readTimeline(ctx.db.pool, vin, query),
});
