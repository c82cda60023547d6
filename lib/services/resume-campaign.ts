import { isAutomatic, PauseCause } from '#lib/domain/pause-cause.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange, moveCampaign } from './move-campaign.ts';
import { checkImpact, Reviewed, reviewColumns } from './review-impact.ts';

/**
 * Resumes a paused campaign; offers that the pause withdrew are made again. After an automatic pause the failures
 * must have been acknowledged since; refuses with `impact_drifted` as the start does.
 */
export const resumeCampaign = defineService({
  action: 'campaign.resume',
  input: Reviewed,
  run: (ctx, { campaignId, ...seen }) =>
    ctx.db.prisma.$transaction(
      async (tx) => {
        const campaign = await loadCampaignForChange(tx, campaignId);
        const impact = await checkImpact(ctx, campaign, seen);
        const cause = PauseCause.safeParse(campaign.pauseCause);
        const failures = cause.success && isAutomatic(cause.data) && cause.data.kind === 'error_threshold';
        const left = failures
          ? await tx.assignment.count({
              where: {
                campaignId,
                acknowledgedFailure: false,
                state: { in: ['failed', 'rolled_back', 'timed_out'] },
              },
            })
          : 0;
        const state = await moveCampaign(tx, ctx, campaign, {
          event: { kind: 'resume', failuresAcknowledged: left === 0 },
          action: 'campaign.resume',
          note: { digest: impact.digest },
        });
        await tx.campaign.update({ where: { id: campaignId }, data: reviewColumns(impact) });
        return { campaignId, state };
      },
      { timeout: 60_000 },
    ),
});
