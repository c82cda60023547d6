import { z } from 'zod';
import { listAssignments } from '#lib/db/queries/campaign-assignments.ts';
import { concernsCampaign, defineView } from '../view.ts';

const MOST_ROWS = 200;

/** The vehicles of a campaign that a table shows just now: only what can be seen is kept fresh. */
export const campaignRowsView = defineView({
  name: 'campaign-rows',
  params: z.object({
    id: z.string().min(1).max(64),
    vins: z.array(z.string().max(64)).max(MOST_ROWS),
  }),
  action: 'campaign.read',
  affectedBy: (hint, { id, vins }) =>
    concernsCampaign(hint, id) && (hint.vins === undefined || hint.vins.some((vin) => vins.includes(vin))),
  async load({ db: { pool } }, { id, vins }) {
    if (vins.length === 0) return { rows: [] };
    const { rows } = await listAssignments(pool, { campaignId: id, states: [] }, { vins, limit: MOST_ROWS });
    return { rows };
  },
});
