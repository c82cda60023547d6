import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { readInput } from '#lib/web/body.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** What a definition that is being written would do to the fleet of this moment; changes nothing. */
export const POST = withActor('campaign.read', async (request, context) =>
  answerJson(await previewCampaign(context, await readInput(previewCampaign, request))),
);
