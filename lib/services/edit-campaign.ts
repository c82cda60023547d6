import { z } from 'zod';
import { Prisma } from '#lib/db/generated/client.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { CampaignDraft, columnsOf, storeParts } from './campaign-draft.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange, moveCampaign } from './move-campaign.ts';

/**
 * Changes the definition of a campaign that has not begun. What was submitted or approved returns to a draft and
 * loses its approvals. `revision` is the one that was edited; another one in between is a conflict.
 */
export const editCampaign = defineService({
  action: 'campaign.write',
  input: z.object({ campaignId: z.string().min(1), revision: z.int().min(1), definition: CampaignDraft }),
  run: (ctx, { campaignId, revision, definition }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      if (campaign.revision !== revision) {
        const message = `The campaign was changed meanwhile: it is at revision ${campaign.revision}, not ${revision}.`;
        throw new ConflictError(message, { campaignId, revision: campaign.revision }, 'revision_conflict');
      }
      if (campaign.state !== 'draft')
        await moveCampaign(tx, ctx, campaign, { event: { kind: 'edit' }, action: 'campaign.back_to_draft' });
      const changed = {
        ...columnsOf(definition),
        revision: revision + 1,
        impactDigest: null,
        reviewedImpact: Prisma.DbNull,
        updatedAt: ctx.now(),
      };
      await tx.campaign.update({ where: { id: campaignId }, data: changed });
      await storeParts(tx, campaignId, definition);
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'campaign.edit',
        subject: { type: 'campaign', id: campaignId },
        before: { definition: campaign.definition },
        after: { definition },
      });
      await announceChange(tx, 'campaign');
      return { campaignId, revision: revision + 1, state: 'draft' as const };
    }),
});
