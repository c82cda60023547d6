import { readCampaignFacets } from '#lib/db/queries/campaign-facets.ts';
import { CampaignSelection } from '#lib/db/queries/campaigns.ts';
import { defineView } from '../view.ts';

/** How many campaigns a selection has, and how it divides by state and author. */
export const campaignFacetsView = defineView({
  name: 'campaign-facets',
  params: CampaignSelection,
  action: 'campaign.read',
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('campaign'),
  load: ({ db }, selection) => readCampaignFacets(db.pool, selection),
});
