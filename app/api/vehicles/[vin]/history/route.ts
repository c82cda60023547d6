import { getVersionHistory } from '#lib/services/get-version-history.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Older rows of what ran on a vehicle's ECUs. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, context, { vin }) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  const ecuId = query.get('ecu') ?? undefined;
  return answerJson(await getVersionHistory(context, { vin, cursor, ecuId }));
});
