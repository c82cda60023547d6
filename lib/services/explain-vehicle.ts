import { z } from 'zod';
import { openSql } from '#lib/db/engine/assignment-rows.ts';
import { type EngineCampaign, loadActiveCampaigns, OFFERS_ALLOWED_SQL } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { compileFilter, type FilterVersions, loadFilterVersions } from '#lib/db/filter-sql.ts';
import { decideEligibility } from '#lib/domain/eligibility.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import { windowState } from '#lib/domain/schedule.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import { NotFoundError } from '#lib/errors.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';

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
    const [vehicle, campaigns] = await Promise.all([readSubject(ctx, vin), loadActiveCampaigns(pool)]);
    if (!vehicle) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
    const open = campaigns.filter(({ state }) => state !== 'completed' && state !== 'aborted');
    if (open.length === 0) return [];
    const [catalog, versions, places] = await Promise.all([
      loadCatalog(pool),
      loadFilterVersions(
        pool,
        open.map(({ definition }) => definition.target),
      ),
      readPlaces(ctx, vin),
    ]);
    const explanations: CampaignExplanation[] = [];
    for (const campaign of open) {
      explanations.push(await explain(ctx, vehicle, campaign, { catalog, versions, places }));
    }
    return explanations;
  },
});

type Subject = {
  vin: string;
  timeZone: string;
  configurationKey: string | null;
  complete: boolean;
  retired: boolean;
  skilledPersonOnly: boolean;
  tcuReplaced: boolean;
  blockedEcuIds: string[] | null;
  offersAllowed: boolean;
};

async function readSubject(ctx: ServiceContext, vin: string): Promise<Subject | undefined> {
  const { rows } = await ctx.db.pool.query<Subject>(
    `SELECT v.vin, v.time_zone AS "timeZone", s.configuration_key AS "configurationKey", v.complete,
            v.retired_at IS NOT NULL AS retired, v.skilled_person_only AS "skilledPersonOnly",
            s.tcu_replaced_at IS NOT NULL AS "tcuReplaced",
            CASE WHEN v.blocked_at IS NOT NULL THEN v.partial_ecus END AS "blockedEcuIds",
            (${OFFERS_ALLOWED_SQL}) AS "offersAllowed"
     FROM vehicles v LEFT JOIN vehicle_states s ON s.vin = v.vin WHERE v.vin = $1`,
    [vin],
  );
  return rows[0];
}

/** Where the vehicle stands in each campaign, and whether an offer is open there. */
type Place = {
  campaignId: string;
  wave: number;
  waveName: string;
  waveState: string;
  state: AssignmentState;
  open: boolean;
};

async function readPlaces(ctx: ServiceContext, vin: string): Promise<Map<string, Place>> {
  const { rows } = await ctx.db.pool.query<Place>(
    `SELECT a.campaign_id AS "campaignId", a.wave, coalesce(w.name, '') AS "waveName",
            coalesce(w.state, 'waiting') AS "waveState", a.state, (${openSql('a')}) AS open
     FROM assignments a LEFT JOIN waves w ON w.campaign_id = a.campaign_id AND w.number = a.wave
     WHERE a.vin = $1`,
    [vin],
  );
  return new Map(rows.map((row) => [row.campaignId, { ...row, state: AssignmentState.parse(row.state) }]));
}

type Known = { catalog: CatalogSnapshot; versions: FilterVersions; places: ReadonlyMap<string, Place> };

async function explain(
  ctx: ServiceContext,
  vehicle: Subject,
  campaign: EngineCampaign,
  { catalog, versions, places }: Known,
): Promise<CampaignExplanation> {
  const { definition } = campaign;
  const now = ctx.now();
  const place = places.get(campaign.id);
  const busy = [...places.values()].find(({ campaignId, open }) => open && campaignId !== campaign.id);
  const verdicts = await verdictSource(definition, catalog).judge(ctx.db.pool, [vehicle]);
  const window = windowState(definition.schedule.windows, vehicle.timeZone, now);
  const eligibility = decideEligibility({
    vehicle: {
      retired: vehicle.retired,
      registrationComplete: vehicle.complete,
      skilledPersonOnly: vehicle.skilledPersonOnly,
      tcuReplaced: vehicle.tcuReplaced,
      blockedEcuIds: vehicle.blockedEcuIds ?? undefined,
      targeted: place !== undefined || (await isTargeted(ctx, vehicle.vin, campaign, versions)),
      declined: place?.state === 'declined',
      busyWith: busy ? { campaignId: busy.campaignId } : undefined,
      wave: place && { name: place.waveName, begun: place.waveState !== 'waiting' },
      window: window.open ? { open: true } : { open: false, opensAt: window.opensAt ?? undefined },
    },
    verdict: verdicts.get(vehicle.vin),
    campaign: {
      state: campaign.state,
      schedule: {
        ...(campaign.startAt ? { startAt: campaign.startAt.toISOString() } : {}),
        ...(campaign.endAt ? { endAt: campaign.endAt.toISOString() } : {}),
      },
      offerAgainAfterRefusal: definition.offerAgainAfterRefusal,
    },
    offersStopped: !vehicle.offersAllowed,
    now,
  });
  return {
    campaignId: campaign.id,
    campaignName: campaign.name,
    state: place?.state ?? null,
    verdict: eligibility.kind,
    temporary: eligibility.kind === 'excluded' && eligibility.temporary,
    reasons: eligibility.kind === 'excluded' ? eligibility.reasons : [],
  };
}

async function isTargeted(
  ctx: ServiceContext,
  vin: string,
  { definition }: EngineCampaign,
  versions: FilterVersions,
): Promise<boolean> {
  const { text, values } = compileFilter(definition.target, { now: ctx.now(), versions, firstParameter: 2 });
  const { rowCount } = await ctx.db.pool.query(`SELECT 1 FROM vehicles v WHERE v.vin = $1 AND ${text}`, [
    vin,
    ...values,
  ]);
  return rowCount === 1;
}
