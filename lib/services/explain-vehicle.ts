import { z } from 'zod';
import { loadActiveCampaigns } from '#lib/db/engine/campaigns.ts';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';
import { decideForVehicle, readPlaces, readSubject } from './vehicle-eligibility.ts';

export type CampaignExplanation = {
  campaignId: string;
  campaignName: string;
  /** The vehicle's assignment in the campaign; null where it has none. */
  state: AssignmentState | null;
  verdict: 'eligible' | 'already_installed' | 'excluded';
  /** Every reason may fall away by itself. */
  temporary: boolean;
  reasons: ExclusionReason[];
};

/**
 * "Why not updated?": for each campaign that is scheduled, running or paused, the decision of now for one
 * vehicle with every reason, by the same eligibility that plans and offers.
 */
export const explainVehicle = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64) }),
  async run(ctx, { vin }): Promise<CampaignExplanation[]> {
    const { pool } = ctx.db;
    const [vehicle, campaigns] = await Promise.all([readSubject(pool, vin), loadActiveCampaigns(pool)]);
    if (!vehicle) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
    const open = campaigns.filter(({ state }) => state !== 'completed' && state !== 'aborted');
    if (open.length === 0) return [];
    const [catalog, places] = await Promise.all([loadCatalog(pool), readPlaces(pool, vin)]);
    const running = open.filter(({ state }) => state === 'running');
    const surroundings = { catalog, places, running, now: ctx.now() };
    const explanations: CampaignExplanation[] = [];
    for (const campaign of open) {
      const { eligibility } = await decideForVehicle(pool, vehicle, campaign, surroundings);
      explanations.push({
        campaignId: campaign.id,
        campaignName: campaign.name,
        state: places.get(campaign.id)?.state ?? null,
        verdict: eligibility.kind,
        temporary: eligibility.kind === 'excluded' && eligibility.temporary,
        reasons: eligibility.kind === 'excluded' ? eligibility.reasons : [],
      });
    }
    return explanations;
  },
});
