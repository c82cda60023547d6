import { z } from 'zod';
import { EndBehaviour } from '#lib/domain/campaign-definition.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange, moveCampaign } from './move-campaign.ts';

/**
 * Aborts a campaign for good. `mode` says what becomes of vehicles under way: go on, be cancelled unless they have
 * begun, or be cancelled unless installation has begun.
 */
export const abortCampaign = defineService({
  action: 'campaign.abort',
  input: z.object({
    campaignId: z.string().min(1),
    mode: EndBehaviour,
    comment: z.string().trim().max(1000).optional(),
  }),
  run: (ctx, { campaignId, mode, comment }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      const event = { kind: 'abort', mode } as const;
      const state = await moveCampaign(tx, ctx, campaign, {
        event,
        action: 'campaign.abort',
        note: { mode, comment },
      });
      return { campaignId, state };
    }),
});
