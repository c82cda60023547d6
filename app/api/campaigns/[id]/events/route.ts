import { listCampaignEvents } from '#lib/services/list-campaign-events.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Events of a campaign's vehicles up to one of them, newest first: what a replay shows of an instant. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, context, { id }) => {
  const untilId = new URL(request.url).searchParams.get('until') ?? undefined;
  return answerJson(await listCampaignEvents(context, { campaignId: id, untilId }));
});
