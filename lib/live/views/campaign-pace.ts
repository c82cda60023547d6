import { z } from 'zod';
import { readCampaignPace } from '#lib/db/queries/campaign-pace.ts';
import { concernsCampaign, defineView } from '../view.ts';

/** Rates and acknowledgment latency of a campaign. */
export const campaignPaceView = defineView({
  name: 'campaign-pace',
  params: z.object({ id: z.string().min(1).max(64) }),
  action: 'campaign.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  async load({ db: { pool } }, { id }) {
    const pace = await readCampaignPace(pool, id);
    // To the second: otherwise each read would be a change.
    return { ...pace, spanMs: Math.max(1_000, Math.round(pace.spanMs / 1_000) * 1_000) };
  },
});
