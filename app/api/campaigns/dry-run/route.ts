import { dryRunCampaign } from '#lib/services/dry-run-campaign.ts';
import { readInput } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** How a definition that is being written would go; changes nothing. */
export const POST = withActor('campaign.read', async (request, context) =>
  answerJson(await dryRunCampaign(context, await readInput(dryRunCampaign, request))),
);
