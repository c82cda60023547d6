import { loadCampaignListUrl, queryOfList } from '#components/campaign/list-url.ts';
import { listCampaigns } from '#lib/services/list-campaigns.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of the campaigns that the list shows with the same query; `cursor` continues where an earlier page ended. */
export const GET = withActor('campaign.read', async (request, context) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  return answerJson(await listCampaigns(context, { ...queryOfList(loadCampaignListUrl(query)), cursor }));
});
