import { defineService } from './define-service.ts';
import { loadCampaignForChange, moveCampaign } from './move-campaign.ts';
import { checkImpact, Reviewed, reviewColumns } from './review-impact.ts';

/**
 * Starts a scheduled campaign, or a draft that needs no approval. Planning begins at once; refuses with
 * `impact_drifted` where the impact is not what was reviewed.
 */
export const startCampaign = defineService({
  action: 'campaign.start',
  input: Reviewed,
  run: (ctx, { campaignId, ...seen }) =>
    ctx.db.prisma.$transaction(
      async (tx) => {
        let campaign = await loadCampaignForChange(tx, campaignId);
        const impact = await checkImpact(ctx, campaign, seen);
        if (campaign.state === 'draft') {
          await moveCampaign(tx, ctx, campaign, { event: { kind: 'submit' }, action: 'campaign.submit' });
          campaign = await loadCampaignForChange(tx, campaignId);
        }
        const state = await moveCampaign(tx, ctx, campaign, {
          event: { kind: 'start' },
          action: 'campaign.start',
          note: { digest: impact.digest, eligible: impact.eligible, targeted: impact.targeted },
        });
        await tx.campaign.update({ where: { id: campaignId }, data: reviewColumns(impact) });
        return { campaignId, state };
      },
      { timeout: 60_000 },
    ),
});
