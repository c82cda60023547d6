import { z } from 'zod';
import { readVehicleAssignments } from '#lib/db/queries/vehicle.ts';
import { defineService } from './define-service.ts';

/** One page of the campaigns that a vehicle is or was in, the one that changed last first. */
export const getVehicleCampaigns = defineService({
  action: 'fleet.read',
  input: z.object({
    vin: z.string().min(1).max(64),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, { vin, ...page }) => readVehicleAssignments(ctx.db.pool, vin, page),
});
