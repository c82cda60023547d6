import { z } from 'zod';
import { NotFoundError, ValidationError } from '#lib/errors.ts';
import { CampaignDraft } from './campaign-draft.ts';
import { computeImpact } from './campaign-impact.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';

/** A stored campaign, or a definition that is being written. */
export const Previewed = z.object({
  campaignId: z.string().min(1).optional(),
  definition: CampaignDraft.optional(),
});

/** Exact count, eligibility funnel, conflicts and impact digest of a campaign as of now. */
export const previewCampaign = defineService({
  action: 'campaign.read',
  input: Previewed,
  run: async (ctx, { campaignId, definition }) => {
    const previewed = definition ?? (await storedDefinition(ctx, campaignId));
    return computeImpact(ctx.db, previewed, ctx.now(), campaignId);
  },
});

/** The definition of a stored campaign, complete or not. */
export async function storedDefinition(
  ctx: Pick<ServiceContext, 'db'>,
  campaignId: string | undefined,
): Promise<CampaignDraft> {
  if (campaignId === undefined) throw new ValidationError('Give a campaign or a definition.');
  const campaign = await ctx.db.prisma.campaign.findUnique({
    where: { id: campaignId },
    select: { definition: true },
  });
  if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`, { campaignId });
  return CampaignDraft.parse(campaign.definition);
}
