import { getVehicleCampaigns } from '#lib/services/get-vehicle-campaigns.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Further campaigns of a vehicle. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, context, { vin }) => {
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  return answerJson(await getVehicleCampaigns(context, { vin, cursor }));
});
