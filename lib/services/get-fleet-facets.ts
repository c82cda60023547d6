import { FleetSelection } from '#lib/db/queries/fleet.ts';
import { readFleetFacets } from '#lib/db/queries/fleet-facets.ts';
import { defineService } from './define-service.ts';

/** Distributions of a selection over model, region, model year and presence. */
export const getFleetFacets = defineService({
  action: 'fleet.read',
  input: FleetSelection,
  run: (ctx, selection) => readFleetFacets(ctx.db.pool, selection, ctx.now()),
});
