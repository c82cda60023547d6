import { z } from 'zod';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import type { Prisma } from '#lib/db/generated/client.ts';
import { ReviewedImpact } from '#lib/domain/impact.ts';
import { completeDefinition } from './campaign-draft.ts';
import { type CampaignImpact, computeImpact, requireReleased, requireReviewed } from './campaign-impact.ts';
import type { ServiceContext } from './context.ts';
import type { StoredCampaign } from './move-campaign.ts';

/** What a person carries from the review: the digest and, where shown, the counts beside it. */
export const Reviewed = z.object({
  campaignId: z.string().min(1),
  /** Impact digest that was on the screen. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'the impact digest of the review'),
  /** The whole reviewed impact; without it the counts stored at the last review hold. */
  reviewed: ReviewedImpact.optional(),
});
export type Reviewed = z.infer<typeof Reviewed>;

/** Computes the impact of a stored campaign and refuses with `impact_drifted` unless it is what was reviewed. */
export async function checkImpact(
  ctx: Pick<ServiceContext, 'db' | 'now'>,
  campaign: Pick<StoredCampaign, 'id' | 'definition' | 'reviewedImpact'>,
  seen: Pick<Reviewed, 'digest' | 'reviewed'>,
): Promise<CampaignImpact> {
  const definition = completeDefinition(campaign.definition);
  requireReleased(definition, await loadCatalog(ctx.db.pool));
  const current = await computeImpact(ctx.db, definition, ctx.now(), campaign.id);
  const stored = ReviewedImpact.safeParse(campaign.reviewedImpact);
  requireReviewed(seen, stored.success ? stored.data : null, current);
  return current;
}

/** Columns that keep the reviewed impact beside its digest. */
export function reviewColumns(impact: CampaignImpact): {
  impactDigest: string;
  reviewedImpact: Prisma.InputJsonObject;
} {
  return { impactDigest: impact.digest, reviewedImpact: { ...impact.reviewed } };
}
