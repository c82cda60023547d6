import { CampaignQuery, listCampaignRows } from '#lib/db/queries/campaigns.ts';
import { defineService } from './define-service.ts';

/** One page of campaigns with their counts in an indexed order; `next` is the cursor of the following page. */
export const listCampaigns = defineService({
  action: 'campaign.read',
  input: CampaignQuery,
  run: ({ db }, query) => listCampaignRows(db.pool, query),
});
