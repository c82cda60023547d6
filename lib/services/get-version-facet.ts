import { z } from 'zod';
import { FleetSelection } from '#lib/db/queries/fleet.ts';
import { readVersionFacet } from '#lib/db/queries/fleet-facets.ts';
import { defineService } from './define-service.ts';

/** Software versions of one ECU type within a selection, the most frequent first. */
export const getVersionFacet = defineService({
  action: 'fleet.read',
  input: FleetSelection.extend({ ecuType: z.string().min(1).max(64) }),
  run: (ctx, { ecuType, ...selection }) => readVersionFacet(ctx.db.pool, selection, ecuType, ctx.now()),
});
