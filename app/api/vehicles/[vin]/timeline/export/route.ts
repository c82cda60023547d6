import { exportVehicleTimelineCsv } from '#lib/services/export-vehicle-timeline-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** Everything that happened to a vehicle, of one campaign where one is named, as CSV, streamed. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, context, { vin }) => {
  const campaignId = new URL(request.url).searchParams.get('campaign') ?? undefined;
  return answerCsv('vehicle-timeline.csv', await exportVehicleTimelineCsv(context, { vin, campaignId }));
});
