import { loadCampaignListUrl, queryOfList } from '#components/campaign/list-url.ts';
import { exportCampaignsCsv } from '#lib/services/export-campaigns-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The campaigns that the list shows with the same query, as CSV, streamed. */
export const GET = withActor('campaign.read', async (request, context) => {
  const url = loadCampaignListUrl(new URL(request.url).searchParams);
  return answerCsv('campaigns.csv', await exportCampaignsCsv(context, queryOfList(url)));
});
