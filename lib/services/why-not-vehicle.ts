import { z } from 'zod';
import { loadActiveCampaigns, loadCampaign } from '#lib/db/engine/campaigns.ts';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { describeReason } from '#lib/domain/describe-reason.ts';
import { type ExclusionReason, isTemporary } from '#lib/domain/exclusion-reason.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { NotFoundError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { defineService } from './define-service.ts';
import { decideForVehicle, readPlaces, readSubject } from './vehicle-eligibility.ts';

/** Whether a vehicle would be offered a campaign at this moment, and every reason where it would not. */
export type WhyNot = {
  vin: string;
  campaignId: string;
  campaignName: string;
  verdict: 'eligible' | 'already_installed' | 'waiting' | 'excluded';
  reasons: (ExclusionReason & { sentence: string; temporary: boolean })[];
  /** What the campaign would install, in order. */
  steps: { ecuId: string; ecuType: string; fromVersion: string; toVersion: string }[];
  /** State of its assignment, where it has one. */
  assignment: { state: AssignmentState; wave: number; attempt: number } | null;
};

/** Answers “why not this vehicle?” by the same rules as plan and dispatcher. */
export const whyNotVehicle = defineService({
  action: 'campaign.read',
  input: z.object({ campaignId: z.string().min(1), vin: Vin }),
  async run(ctx, { campaignId, vin }): Promise<WhyNot> {
    const { pool } = ctx.db;
    const [campaign, subject, places, active, catalog] = await Promise.all([
      loadCampaign(pool, campaignId),
      readSubject(pool, vin),
      readPlaces(pool, vin),
      loadActiveCampaigns(pool),
      loadCatalog(pool),
    ]);
    if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`, { campaignId });
    if (!subject) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
    const running = active.filter(({ state }) => state === 'running');
    const surroundings = { catalog, places, running, now: ctx.now() };
    const { eligibility, verdict } = await decideForVehicle(pool, subject, campaign, surroundings);
    const reasons = eligibility.kind === 'excluded' ? eligibility.reasons : [];
    const place = places.get(campaignId);
    return {
      vin,
      campaignId,
      campaignName: campaign.name,
      verdict:
        eligibility.kind === 'excluded' ? (eligibility.temporary ? 'waiting' : 'excluded') : eligibility.kind,
      reasons: reasons.map((reason) => ({
        ...reason,
        sentence: describeReason(reason),
        temporary: isTemporary(reason),
      })),
      steps: (verdict?.steps ?? []).map(({ ecuId, ecuType, fromVersion, toVersion }) => ({
        ecuId,
        ecuType,
        fromVersion,
        toVersion,
      })),
      assignment: place ? { state: place.state, wave: place.wave, attempt: place.attempt } : null,
    };
  },
});
