import { z } from 'zod';
import { readCampaignStream } from '#lib/db/queries/campaign-monitor.ts';
import { concernsCampaign, defineView } from '../view.ts';

const NEWEST = 60;

/** The newest events of a campaign's vehicles, newest first. */
export const campaignStreamView = defineView({
  name: 'campaign-stream',
  params: z.object({ id: z.string().min(1).max(64) }),
  action: 'campaign.read',
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  async load({ db: { pool } }, { id }) {
    return { events: await readCampaignStream(pool, id, { limit: NEWEST }) };
  },
});
