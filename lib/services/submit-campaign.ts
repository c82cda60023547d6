import { defineService } from './define-service.ts';
import { definitionOfCampaign, loadCampaignForChange, moveCampaign } from './move-campaign.ts';
import { raiseAlert } from './raise-alert.ts';
import { checkImpact, Reviewed, reviewColumns } from './review-impact.ts';

/** Submits a draft: for approval where it asks for some, else it is scheduled. The reviewed impact is kept. */
export const submitCampaign = defineService({
  action: 'campaign.write',
  input: Reviewed,
  run: (ctx, { campaignId, ...seen }) =>
    ctx.db.prisma.$transaction(
      async (tx) => {
        const campaign = await loadCampaignForChange(tx, campaignId);
        const impact = await checkImpact(ctx, campaign, seen);
        const state = await moveCampaign(tx, ctx, campaign, {
          event: { kind: 'submit' },
          action: 'campaign.submit',
          note: { digest: impact.digest, eligible: impact.eligible },
        });
        await tx.campaign.update({ where: { id: campaignId }, data: reviewColumns(impact) });
        if (state === 'awaiting_approval') {
          const { requiredApprovals } = definitionOfCampaign(campaign);
          const text = `${ctx.actor.name} asks for ${requiredApprovals} approval(s) of “${campaign.name}”, which ${impact.eligible} vehicles would be offered.`;
          await raiseAlert(
            tx,
            'approval_needed',
            { subject: `${campaign.name} needs approval`, body: { text, campaignId } },
            ctx.now(),
          );
        }
        return { campaignId, state };
      },
      { timeout: 60_000 },
    ),
});
