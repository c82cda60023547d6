import { z } from 'zod';
import { readCampaignRows } from '#lib/db/queries/campaigns.ts';
import { concernsCampaign, defineView } from '../view.ts';

const MOST_ROWS = 100;

/** The campaigns that a table shows just now: only what can be seen is kept fresh. */
export const campaignListView = defineView({
  name: 'campaign-list',
  params: z.object({ ids: z.array(z.string().max(100)).max(MOST_ROWS) }),
  action: 'campaign.read',
  leastMs: 500,
  affectedBy: (hint, { ids }) => ids.some((id) => concernsCampaign(hint, id)),
  load: async ({ db }, { ids }) => ({ rows: await readCampaignRows(db.pool, ids) }),
});
