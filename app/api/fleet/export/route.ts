import { exportVehiclesCsv } from '#lib/services/export-vehicles-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';
import { fleetQueryOfRequest } from '../fleet-query.ts';

/** The vehicles that the fleet page shows with the same query, as CSV, streamed. */
export const GET = withActor('fleet.read', async (request, context) =>
  answerCsv('vehicles.csv', await exportVehiclesCsv(context, fleetQueryOfRequest(request))),
);
