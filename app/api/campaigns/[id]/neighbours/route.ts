import { loadCampaignListUrl, queryOfList } from '#components/campaign/list-url.ts';
import { readCampaignNeighbours } from '#lib/db/queries/campaigns.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** The campaigns before and after this one in the list that the query describes. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, { db }, { id }) => {
  const url = loadCampaignListUrl(new URL(request.url).searchParams);
  return answerJson(await readCampaignNeighbours(db.pool, queryOfList(url), id));
});
