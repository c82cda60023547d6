import { getVersionsAt } from '#lib/services/get-versions-at.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** What ran on every ECU of the vehicle at the instant `at`. */
export const GET = withActor<{ vin: string }>('fleet.read', async (request, context, { vin }) => {
  const at = new URL(request.url).searchParams.get('at') ?? undefined;
  return answerJson(await getVersionsAt(context, { vin, at }));
});
