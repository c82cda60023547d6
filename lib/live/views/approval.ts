import { z } from 'zod';
import { readApprovalRequest, readAuthors, readDefinitionAt } from '#lib/db/queries/approvals.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { ReviewedImpact } from '#lib/domain/impact.ts';
import { CampaignState } from '#lib/domain/states.ts';
import { concernsCampaign, defineView } from '../view.ts';

const Stored = CampaignDefinition.extend({ releaseIds: z.array(z.string()) });

/**
 * One campaign as its approvers see it. `since` is the latest approval and, where the campaign was changed
 * after it, the definition that was approved. Null where there is no such campaign.
 */
export const approvalView = defineView({
  name: 'approval',
  params: z.object({ id: z.string().max(100) }),
  action: 'campaign.read',
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  async load({ db }, { id }) {
    const row = await readApprovalRequest(db.prisma, id);
    if (!row) return null;
    const last = row.approvals.find(({ decision }) => decision === 'approve');
    const earlier = last ? Stored.safeParse(await readDefinitionAt(db.prisma, id, last.at)) : undefined;
    return {
      ...row,
      authorIds: (await readAuthors(db.prisma, [row])).get(id) ?? [row.createdBy],
      state: CampaignState.parse(row.state),
      definition: Stored.parse(row.definition),
      reviewedImpact: ReviewedImpact.safeParse(row.reviewedImpact).data ?? null,
      since: last ? { approval: last, definition: earlier?.data ?? null } : null,
    };
  },
});
