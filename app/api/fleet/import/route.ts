import { importVehicles } from '#lib/services/import-vehicles.ts';
import { readText } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Registers the vehicles of a CSV file, which is the request's body, as a job; answers with its id. */
export const POST = withActor('vehicle.register', async (request, context) => {
  const fileName = new URL(request.url).searchParams.get('name')?.slice(0, 200) || undefined;
  return answerJson(await importVehicles(context, { csv: await readText(request, MAX_BYTES), fileName }));
});
