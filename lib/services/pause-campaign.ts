import { z } from 'zod';
import { defineService } from './define-service.ts';
import { loadCampaignForChange, moveCampaign } from './move-campaign.ts';

/** Pauses a running campaign at once; vehicles that have not begun to install are told by a signed cancellation. */
export const pauseCampaign = defineService({
  action: 'campaign.pause',
  input: z.object({ campaignId: z.string().min(1), comment: z.string().trim().max(1000).optional() }),
  run: (ctx, { campaignId, comment }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      const event = { kind: 'pause', name: ctx.actor.name, comment: comment || undefined } as const;
      const state = await moveCampaign(tx, ctx, campaign, {
        event,
        action: 'campaign.pause',
        note: { comment },
      });
      return { campaignId, state };
    }),
});
