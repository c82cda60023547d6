import { z } from 'zod';
import { defineService } from './define-service.ts';
import { recordApproval } from './record-approval.ts';
import { Reviewed } from './review-impact.ts';

/** Approves a campaign of somebody else, bound to the impact that was reviewed. */
export const approveCampaign = defineService({
  action: 'campaign.approve',
  input: Reviewed.extend({ comment: z.string().trim().min(1, 'an approval needs a comment').max(2000) }),
  run: (ctx, input) => recordApproval(ctx, input, 'approve'),
});
