import { readNeighbours } from '#lib/db/queries/fleet-neighbours.ts';
import { answerJson, withActor } from '#lib/web/route.ts';
import { fleetQueryOfRequest } from '../../../fleet/fleet-query.ts';

/** The vehicles before and after this one in the list that the query describes. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, { db, now }, { vin }) =>
  answerJson(await readNeighbours(db.pool, fleetQueryOfRequest(request), vin, now())),
);
