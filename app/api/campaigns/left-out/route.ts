import { listLeftOut } from '#lib/services/list-left-out.ts';
import { readInput } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Vehicles that a definition that is being written would leave out for one reason. */
export const POST = withActor('campaign.read', async (request, context) =>
  answerJson(await listLeftOut(context, await readInput(listLeftOut, request))),
);
