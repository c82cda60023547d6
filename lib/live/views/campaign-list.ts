import { z } from 'zod';
import { listCampaignRows } from '#lib/db/queries/campaigns.ts';
import { CampaignState } from '#lib/domain/states.ts';
import { defineView } from '../view.ts';

/** Campaigns with their counters, the newest first; `more` where there are others beyond `limit`. */
export const campaignListView = defineView({
  name: 'campaign-list',
  params: z.object({
    states: z.array(CampaignState).max(7).optional(),
    name: z.string().max(200).optional(),
    releaseId: z.string().max(100).optional(),
    limit: z.int().min(1).max(1_000).default(100),
  }),
  action: 'campaign.read',
  leastMs: 500,
  affectedBy: (hint) => hint.subjects.includes('campaign'),
  async load({ db }, { limit, ...query }) {
    const { rows, next } = await listCampaignRows(db.pool, { ...query, limit });
    return {
      more: next !== null,
      rows: rows.map((row) => ({ ...row, state: CampaignState.parse(row.state) })),
    };
  },
});
