import { listPreviewed } from '#lib/services/list-previewed.ts';
import { readInput } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** The vehicles behind a figure of a definition that is being written. */
export const POST = withActor('campaign.read', async (request, context) =>
  answerJson(await listPreviewed(context, await readInput(listPreviewed, request))),
);
