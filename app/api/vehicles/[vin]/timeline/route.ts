import { getVehicleTimeline } from '#lib/services/get-vehicle-timeline.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Older rows of a vehicle's timeline. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, context, { vin }) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  const campaignId = query.get('campaign') ?? undefined;
  return answerJson(await getVehicleTimeline(context, { vin, cursor, campaignId }));
});
