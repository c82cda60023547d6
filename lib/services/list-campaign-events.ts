import { z } from 'zod';
import { readCampaignStream } from '#lib/db/queries/campaign-monitor.ts';
import { defineService } from './define-service.ts';

/** Events of a campaign's vehicles, or of one wave's, up to one of them (the newest where none is named), newest first. */
export const listCampaignEvents = defineService({
  action: 'campaign.read',
  input: z.object({
    campaignId: z.string().min(1).max(64),
    untilId: z
      .string()
      .regex(/^\d{1,18}$/, 'the number of an event')
      .optional(),
    wave: z.int().min(0).max(1_000).optional(),
    limit: z.int().min(1).max(500).default(30),
  }),
  async run({ db }, { campaignId, ...page }) {
    return { events: await readCampaignStream(db.pool, campaignId, page) };
  },
});
