import { z } from 'zod';
import { defineService } from './define-service.ts';
import { recordApproval } from './record-approval.ts';
import { Reviewed } from './review-impact.ts';

/** Denies a campaign; one denial is enough, and it is a draft again. */
export const denyCampaign = defineService({
  action: 'campaign.approve',
  input: Reviewed.extend({ comment: z.string().trim().min(1, 'a denial needs a comment').max(2000) }),
  run: (ctx, input) => recordApproval(ctx, input, 'deny'),
});
