import { FleetQuery, listFleet } from '#lib/db/queries/fleet.ts';
import { defineService } from './define-service.ts';

/** One page of the fleet in an indexed order; `next` is the cursor of the following page. */
export const listVehicles = defineService({
  action: 'fleet.read',
  input: FleetQuery,
  run: (ctx, query) => listFleet(ctx.db.pool, query, ctx.now()),
});
