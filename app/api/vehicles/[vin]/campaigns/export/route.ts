import { exportVehicleCampaignsCsv } from '#lib/services/export-vehicle-campaigns-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** Every campaign that the vehicle is or was in, as CSV. */
export const GET = withActor<{ vin: string }>('fleet.read', async (_request, context, { vin }) =>
  answerCsv('vehicle-campaigns.csv', await exportVehicleCampaignsCsv(context, { vin })),
);
