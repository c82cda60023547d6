import { z } from 'zod';
import { listApprovalDecisions, listAwaitingApproval, readAuthors } from '#lib/db/queries/approvals.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { ReviewedImpact } from '#lib/domain/impact.ts';
import { defineView } from '../view.ts';

/** Campaigns that await approval, and the latest decisions. */
export const approvalsView = defineView({
  name: 'approvals',
  params: z.object({}),
  action: 'campaign.read',
  leastMs: 500,
  affectedBy: (hint) => hint.subjects.includes('campaign'),
  async load({ db }) {
    const [waiting, decisions] = await Promise.all([
      listAwaitingApproval(db.prisma),
      listApprovalDecisions(db.prisma, 30),
    ]);
    const authors = await readAuthors(db.prisma, waiting);
    return {
      waiting: waiting.map(({ definition, reviewedImpact, approvals, ...row }) => ({
        ...row,
        authorIds: authors.get(row.id) ?? [row.createdBy],
        required: CampaignDefinition.parse(definition).requiredApprovals,
        digest: row.impactDigest ?? '',
        approvals: approvals.map(({ userId, decision, digest, voidedAt }) => ({
          userId,
          decision,
          digest,
          voidedAt,
        })),
        eligible: ReviewedImpact.safeParse(reviewedImpact).data?.eligible ?? null,
      })),
      decisions,
    };
  },
});
