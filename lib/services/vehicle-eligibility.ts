import type pg from 'pg';
import { openSql } from '#lib/db/engine/assignment-rows.ts';
import { type EngineCampaign, loadWaves, OFFERS_ALLOWED_SQL } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { declinedSql, filtersOf, readFleet } from '#lib/db/engine/fleet-rows.ts';
import { overlapsLost } from '#lib/db/engine/overlaps-lost.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { waveOf } from '#lib/db/engine/wave-of.ts';
import { settleWaveRules } from '#lib/db/engine/wave-rules.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import {
  type ConfigurationVerdict,
  decideEligibility,
  type Eligibility,
  type EligibilityVehicle,
} from '#lib/domain/eligibility.ts';
import { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import { windowState } from '#lib/domain/schedule.ts';
import { AssignmentState } from '#lib/domain/states.ts';

/** A vehicle as the question “why not?” needs it. */
export type Subject = {
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

/** Reads a vehicle with what holds for every campaign; `undefined` where there is none. */
export async function readSubject(pool: pg.Pool, vin: string): Promise<Subject | undefined> {
  const { rows } = await pool.query<Subject>(
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

/** Where the vehicle stands in a campaign, and whether an offer is open there. */
export type Place = {
  campaignId: string;
  campaignName: string;
  wave: number;
  state: AssignmentState;
  attempt: number;
  open: boolean;
  /** Nothing was offered yet, and nobody asked for an offer. */
  untouched: boolean;
  reasons: unknown;
  reasonCode: string | null;
  dueAt: Date | null;
  retryAt: Date | null;
  /** Its offer was withdrawn by a pause and is made again at the resumption. */
  withdrawn: boolean;
  acknowledgedFailure: boolean;
};

/** The assignments of a vehicle by campaign. */
export async function readPlaces(pool: pg.Pool, vin: string): Promise<Map<string, Place>> {
  const { rows } = await pool.query<Place>(
    `SELECT a.campaign_id AS "campaignId", c.name AS "campaignName", a.wave, a.state, a.attempt, (${openSql('a')}) AS open,
            a.offers = 0 AND a.returns = 0 AND a.attempt = 1 AS untouched, a.reasons, a.reason_code AS "reasonCode",
            a.due_at AS "dueAt", a.retry_at AS "retryAt",
            a.cancel_requested_at IS NOT NULL AND a.reasons IS NULL AS withdrawn,
            a.acknowledged_failure AS "acknowledgedFailure"
     FROM assignments a JOIN campaigns c ON c.id = a.campaign_id WHERE a.vin = $1`,
    [vin],
  );
  return new Map(rows.map((row) => [row.campaignId, { ...row, state: AssignmentState.parse(row.state) }]));
}

export type Surroundings = {
  catalog: CatalogSnapshot;
  places: ReadonlyMap<string, Place>;
  /** Campaigns that offer now. */
  running: readonly EngineCampaign[];
  now: Date;
};

/** Decides one campaign for one vehicle at this moment, by the same rules as plan and dispatcher. */
export async function decideForVehicle(
  pool: pg.Pool,
  subject: Subject,
  campaign: EngineCampaign,
  { catalog, places, running, now }: Surroundings,
): Promise<{ eligibility: Eligibility; verdict: ConfigurationVerdict | undefined }> {
  const { definition } = campaign;
  const { vin } = subject;
  const place = places.get(campaign.id);
  const busy = [...places.values()].find(({ campaignId, open }) => open && campaignId !== campaign.id);
  const verdicts = await verdictSource(definition, catalog).judge(pool, [subject]);
  const lost = await overlapsLost(pool, { campaign, running, catalog, vins: [vin], verdicts });
  const { targeted, wave } = place
    ? { targeted: true, wave: place.wave }
    : await placeToBe(pool, vin, campaign, catalog, now);
  const waves = await loadWaves(pool, campaign.id);
  const own = wave === null ? undefined : waves[wave];
  const window = windowState(definition.schedule.windows, subject.timeZone, now);
  const eligibility = decideEligibility({
    vehicle: {
      retired: subject.retired,
      registrationComplete: subject.complete,
      skilledPersonOnly: subject.skilledPersonOnly,
      tcuReplaced: subject.tcuReplaced,
      blockedEcuIds: subject.blockedEcuIds ?? undefined,
      targeted,
      declined: place?.state === 'declined' || (await declinedElsewhere(pool, vin, campaign, place)),
      excludedBy: excludedBy(place),
      attempt: attemptOf(place),
      busyWith: busy && { campaignId: busy.campaignId, campaignName: busy.campaignName },
      overlapLostTo: lost.get(vin),
      wave: own && { name: own.name, begun: own.state !== 'waiting' },
      window: window.open ? { open: true } : { open: false, opensAt: window.opensAt ?? undefined },
    },
    verdict: verdicts.get(vin),
    campaign: {
      state: campaign.state,
      schedule: {
        ...(campaign.startAt &&
          campaign.state === 'scheduled' && { startAt: campaign.startAt.toISOString() }),
        ...(campaign.endAt && { endAt: campaign.endAt.toISOString() }),
      },
      offerAgainAfterRefusal: definition.offerAgainAfterRefusal,
      allowSkilledPersonOnly: definition.allowSkilledPersonOnly,
    },
    offersStopped: !subject.offersAllowed,
    now,
  });
  return { eligibility, verdict: verdicts.get(vin) };
}

/** Whether a vehicle without an assignment is targeted, and the wave that it would be in. */
async function placeToBe(
  pool: pg.Pool,
  vin: string,
  { id, definition }: EngineCampaign,
  catalog: CatalogSnapshot,
  now: Date,
): Promise<{ targeted: boolean; wave: number | null }> {
  const versions = await loadFilterVersions(pool, filtersOf(definition));
  const [row] = await readFleet(pool, { definition, versions, now, after: null, limit: 1, vins: [vin] });
  if (!row) return { targeted: false, wave: null };
  const rules = await settleWaveRules(pool, id, { definition, versions, now, catalog });
  return { targeted: true, wave: waveOf(id, rules, row) };
}

async function declinedElsewhere(
  pool: pg.Pool,
  vin: string,
  { definition }: EngineCampaign,
  place: Place | undefined,
): Promise<boolean> {
  if (place && !place.untouched) return false;
  const { rows } = await pool.query<{ declined: boolean }>(
    `SELECT ${declinedSql('$1::text', '$2')} AS declined`,
    [vin, definition.releaseIds],
  );
  return rows[0]?.declined ?? false;
}

function excludedBy(place: Place | undefined): EligibilityVehicle['excludedBy'] {
  const reasons = ExclusionReason.array().safeParse(place?.reasons);
  const reason = reasons.data?.find(({ code }) => code === 'excluded_by_person');
  if (reason?.code !== 'excluded_by_person') return undefined;
  return { by: reason.by, comment: reason.comment };
}

const ENDED: ReadonlySet<AssignmentState> = new Set<AssignmentState>([
  'failed',
  'rolled_back',
  'timed_out',
  'cancelled',
  'rejected',
  'not_applicable',
  'unreachable',
  'regressed',
]);

function attemptOf(place: Place | undefined): EligibilityVehicle['attempt'] {
  if (!place || excludedBy(place)) return undefined;
  const { state, reasonCode, retryAt, dueAt, withdrawn, acknowledgedFailure: acknowledged } = place;
  if (state === 'deferred') return { state, reasonCode, retryAt: dueAt, acknowledged: false };
  if (!ENDED.has(state) || (state === 'cancelled' && withdrawn)) return undefined;
  return { state, reasonCode, retryAt, acknowledged };
}
