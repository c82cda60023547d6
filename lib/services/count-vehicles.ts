import { countFleet, FleetSelection } from '#lib/db/queries/fleet.ts';
import { defineService } from './define-service.ts';

/** How many vehicles a selection has, exactly. */
export const countVehicles = defineService({
  action: 'fleet.read',
  input: FleetSelection,
  run: async (ctx, selection) => ({ count: await countFleet(ctx.db.pool, selection, ctx.now()) }),
});
