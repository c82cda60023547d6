import { listVehicles } from '#lib/services/list-vehicles.ts';
import { answerJson, withActor } from '#lib/web/route.ts';
import { fleetQueryOfRequest } from './fleet-query.ts';

/** One page of the fleet in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('fleet.read', async (request, context) => {
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  return answerJson(await listVehicles(context, { ...fleetQueryOfRequest(request), cursor, limit: 100 }));
});
