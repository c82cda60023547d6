import { z } from 'zod';
import { openSql } from '#lib/db/engine/assignment-rows.ts';
import { definitionOf } from '#lib/db/engine/campaign-policy.ts';
import { loadWaves, OFFERS_STOPPED } from '#lib/db/engine/campaigns.ts';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { filtersOf, readFleet, settleWaveRules } from '#lib/db/engine/fleet-rows.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { waveOf } from '#lib/db/engine/wave-of.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import { describeReason } from '#lib/domain/describe-reason.ts';
import { decideEligibility } from '#lib/domain/eligibility.ts';
import { type ExclusionReason, isTemporary } from '#lib/domain/exclusion-reason.ts';
import { createWindowClock } from '#lib/domain/schedule.ts';
import { AssignmentState, CampaignState } from '#lib/domain/states.ts';
import { NotFoundError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';

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
  run: (ctx, { campaignId, vin }): Promise<WhyNot> => explain(ctx, campaignId, vin),
});

async function explain(ctx: ServiceContext, campaignId: string, vin: string): Promise<WhyNot> {
  const { prisma, pool } = ctx.db;
  const now = ctx.now();
  const [campaign, vehicle, state, assignment, stop] = await Promise.all([
    prisma.campaign.findUnique({ where: { id: campaignId } }),
    prisma.vehicle.findUnique({ where: { vin } }),
    prisma.vehicleState.findUnique({ where: { vin } }),
    prisma.assignment.findUnique({ where: { campaignId_vin: { campaignId, vin } } }),
    prisma.setting.findUnique({ where: { key: OFFERS_STOPPED } }),
  ]);
  if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`, { campaignId });
  if (!vehicle) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
  const definition = definitionOf(campaign.id, campaign.revision, campaign.definition);
  const catalog = await loadCatalog(pool);
  const versions = await loadFilterVersions(pool, filtersOf(definition));
  const [targeted] = await readFleet(pool, { definition, versions, now, after: null, limit: 1, vins: [vin] });
  const verdicts = await verdictSource(definition, catalog).judge(pool, [
    { vin, configurationKey: state?.configurationKey ?? null },
  ]);
  const number = assignment?.wave ?? (await waveNumber());
  const waves = await loadWaves(pool, campaignId);
  const wave = number === null ? undefined : waves[number];
  const decided = decideEligibility({
    vehicle: {
      retired: vehicle.retiredAt !== null,
      registrationComplete: vehicle.complete,
      skilledPersonOnly: vehicle.skilledPersonOnly,
      tcuReplaced: state?.tcuReplacedAt != null,
      blockedEcuIds: vehicle.blockedAt === null ? undefined : vehicle.partialEcus,
      targeted: targeted !== undefined || assignment !== null,
      declined: assignment?.state === 'declined',
      busyWith: await busyWith(ctx, campaignId, vin),
      wave: wave && { name: wave.name, begun: wave.state !== 'waiting' },
      window: createWindowClock(definition.schedule.windows).stateAt(vehicle.timeZone, now),
    },
    verdict: verdicts.get(vin),
    campaign: {
      state: CampaignState.parse(campaign.state),
      schedule: definition.schedule,
      offerAgainAfterRefusal: definition.offerAgainAfterRefusal,
    },
    offersStopped: Reflect.get(Object(stop?.value), 'stopped') === true,
    now,
  });
  const reasons = decided.kind === 'excluded' ? decided.reasons : [];
  return {
    vin,
    campaignId,
    campaignName: campaign.name,
    verdict: decided.kind === 'excluded' ? (decided.temporary ? 'waiting' : 'excluded') : decided.kind,
    reasons: reasons.map((reason) => ({
      ...reason,
      sentence: describeReason(reason),
      temporary: isTemporary(reason),
    })),
    steps: (verdicts.get(vin)?.steps ?? []).map(({ ecuId, ecuType, fromVersion, toVersion }) => ({
      ecuId,
      ecuType,
      fromVersion,
      toVersion,
    })),
    assignment: assignment && {
      state: AssignmentState.parse(assignment.state),
      wave: assignment.wave,
      attempt: assignment.attempt,
    },
  };

  async function waveNumber(): Promise<number | null> {
    if (!targeted) return null;
    const rules = await settleWaveRules(pool, campaignId, { definition, versions, now });
    return waveOf(campaignId, rules, targeted);
  }
}

async function busyWith({ db }: ServiceContext, campaignId: string, vin: string) {
  const { rows } = await db.pool.query<{ id: string; name: string }>(
    `SELECT c.id, c.name FROM assignments o JOIN campaigns c ON c.id = o.campaign_id
     WHERE o.vin = $1 AND o.campaign_id <> $2 AND ${openSql('o')} LIMIT 1`,
    [vin, campaignId],
  );
  const other = rows[0];
  return other && { campaignId: other.id, campaignName: other.name };
}
