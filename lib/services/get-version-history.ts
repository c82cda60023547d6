import { z } from 'zod';
import { readVersionHistory } from '#lib/db/queries/vehicle-history.ts';
import { defineService } from './define-service.ts';

/** One page of what ran on a vehicle's ECUs, newest first; of one ECU where one is named. */
export const getVersionHistory = defineService({
  action: 'fleet.read',
  input: z.object({
    vin: z.string().min(1).max(64),
    ecuId: z.string().optional(),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, { vin, ...query }) => readVersionHistory(ctx.db.pool, vin, query),
});
