import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange } from './move-campaign.ts';

/** Deletes a campaign that never was more than a draft. */
export const deleteDraft = defineService({
  action: 'campaign.write',
  input: z.object({ campaignId: z.string().min(1) }),
  run: (ctx, { campaignId }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      if (campaign.state !== 'draft' || campaign.startedAt !== null) {
        throw new ConflictError(
          `The campaign “${campaign.name}” is ${campaign.state}; only drafts are deleted.`,
          { campaignId },
        );
      }
      await tx.campaign.updateMany({ where: { parentId: campaignId }, data: { parentId: null } });
      await tx.campaign.delete({ where: { id: campaignId } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'campaign.delete',
        subject: { type: 'campaign', id: campaignId },
        before: { name: campaign.name, definition: campaign.definition },
      });
      await announceChange(tx, 'campaign');
      return { campaignId };
    }),
});
