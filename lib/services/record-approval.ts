import { randomUUID } from 'node:crypto';
import { readAuthors } from '#lib/db/queries/approvals.ts';
import { type ApprovalRefusal, decideApproval } from '#lib/domain/approval.ts';
import { ConflictError, ForbiddenError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { definitionOfCampaign, loadCampaignForChange, moveCampaign } from './move-campaign.ts';
import { checkImpact, type Reviewed, reviewColumns } from './review-impact.ts';

const SENTENCES: Readonly<Record<ApprovalRefusal, string>> = {
  own_campaign: 'Nobody approves what they wrote, changed or submitted themselves.',
  comment_missing: 'An approval needs a comment.',
  impact_changed: 'The campaign is not the one that was reviewed.',
  already_approved: 'You have approved this already.',
};

/** Records one decision of an approver; the one that completes the quorum schedules the campaign. */
export async function recordApproval(
  ctx: ServiceContext,
  input: Reviewed & { comment: string },
  decision: 'approve' | 'deny',
) {
  const { campaignId, comment, ...seen } = input;
  const { actor } = ctx;
  if (actor.kind !== 'user') throw new ForbiddenError('Only people approve campaigns.');
  return ctx.db.prisma.$transaction(
    async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      if (campaign.state !== 'awaiting_approval') {
        const message = `The campaign “${campaign.name}” is ${campaign.state} and awaits no approval.`;
        throw new ConflictError(message, { campaignId, state: campaign.state }, 'wrong_state');
      }
      const impact = await checkImpact(ctx, campaign, seen);
      const approvals = await tx.approval.findMany({ where: { campaignId }, orderBy: { at: 'asc' } });
      const outcome = decideApproval(
        {
          approvals,
          required: definitionOfCampaign(campaign).requiredApprovals,
          authorIds: (await readAuthors(tx, [campaign])).get(campaignId) ?? [campaign.createdBy],
          digest: impact.digest,
        },
        { userId: actor.id, decision, digest: seen.digest, comment },
      );
      if (outcome.kind === 'refused') {
        if (outcome.reason === 'own_campaign')
          throw new ForbiddenError(SENTENCES.own_campaign, { campaignId }, 'own_campaign');
        throw new ConflictError(SENTENCES[outcome.reason], { campaignId }, outcome.reason);
      }
      const now = ctx.now();
      await tx.approval.create({
        data: {
          id: randomUUID(),
          campaignId,
          digest: impact.digest,
          revision: campaign.revision,
          userId: actor.id,
          userName: actor.name,
          decision,
          comment,
          at: now,
        },
      });
      await recordAudit(tx, {
        actor,
        at: now,
        action: `campaign.${decision}`,
        subject: { type: 'campaign', id: campaignId },
        after: { digest: impact.digest, comment, outcome },
      });
      if (outcome.kind === 'approved') {
        await moveCampaign(tx, ctx, campaign, { event: { kind: 'approve' }, action: 'campaign.approved' });
        await tx.campaign.update({ where: { id: campaignId }, data: reviewColumns(impact) });
      }
      if (outcome.kind === 'denied') {
        await moveCampaign(tx, ctx, campaign, { event: { kind: 'deny' }, action: 'campaign.denied' });
      }
      await announceChange(tx, 'campaign');
      return { campaignId, outcome };
    },
    { timeout: 60_000 },
  );
}
