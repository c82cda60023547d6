import { z } from 'zod';
import { CampaignDraft } from './campaign-draft.ts';
import { storeNewDraft } from './create-campaign.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange } from './move-campaign.ts';

/** Copies a campaign's definition into a new draft; a start or end that has passed is left out. */
export const duplicateCampaign = defineService({
  action: 'campaign.write',
  input: z.object({ campaignId: z.string().min(1), name: z.string().trim().min(1).max(120).optional() }),
  run: (ctx, { campaignId, name }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      const definition = CampaignDraft.parse(campaign.definition);
      const { startAt, endAt, ...schedule } = definition.schedule;
      const isAhead = (at: string | undefined) => at !== undefined && Date.parse(at) > ctx.now().getTime();
      return storeNewDraft(
        tx,
        ctx,
        {
          ...definition,
          name: name ?? `${definition.name.slice(0, 113)} (copy)`,
          schedule: { ...schedule, ...(isAhead(startAt) && { startAt }), ...(isAhead(endAt) && { endAt }) },
        },
        { action: 'campaign.duplicate', note: { from: campaignId } },
      );
    }),
});
