import { registerVehiclesFromCsv } from '#lib/services/register-vehicles-from-csv.ts';
import { readText } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Registers the vehicles of a CSV file, which is the request's body; answers with faults by line. */
export const POST = withActor('vehicle.register', async (request, context) =>
  answerJson(await registerVehiclesFromCsv(context, { csv: await readText(request, MAX_BYTES) })),
);
