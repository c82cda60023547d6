import type { CampaignSchedule } from './campaign-definition.ts';
import type { Catalog, CatalogRelease } from './catalog.ts';
import type { Configuration, UpdateStep } from './configuration.ts';
import { checkEcu, releaseReasons } from './ecu-check.ts';
import { type ExclusionCode, type ExclusionReason, isTemporary } from './exclusion-reason.ts';
import type { AssignmentState, CampaignState } from './states.ts';
import { type PlannedUpdate, planUpdates } from './update-plan.ts';

/** What a campaign means for every vehicle of one configuration. */
export type ConfigurationVerdict = {
  /** In order of installation; empty where there is any reason (all or nothing). */
  steps: UpdateStep[];
  /** ECUs that run the campaign's version already. */
  atTarget: { ecuId: string; releaseId: string }[];
  reasons: ExclusionReason[];
};

/** What a campaign wants of a vehicle's ECUs; releases in the campaign's order. */
export type CampaignReleases = {
  releases: readonly CatalogRelease[];
  rollback: boolean;
  allowSkilledPersonOnly?: boolean | undefined;
};

/**
 * Decides a campaign for one configuration, so that it need not be decided anew for each vehicle that has it.
 * Every ECU of a campaign's types is judged, several of one type included; every reason is returned.
 */
export function decideConfiguration(
  configuration: Configuration,
  campaign: CampaignReleases,
  catalog: Catalog,
): ConfigurationVerdict {
  const updates: PlannedUpdate[] = [];
  const atTarget: ConfigurationVerdict['atTarget'] = [];
  const reasons: ExclusionReason[] = [];
  for (const [type, [first, ...more]] of groupByType(campaign.releases)) {
    const ecus = configuration.ecus
      .filter((ecu) => ecu.type === type)
      .toSorted((a, b) => (a.ecuId < b.ecuId ? -1 : 1));
    if (ecus.length === 0) {
      reasons.push({ code: 'no_such_ecu', releaseId: first.id, ecuType: type, version: first.version });
      reasons.push(...[first, ...more].flatMap((release) => releaseReasons(release, campaign)));
    }
    for (const ecu of ecus) {
      const verdict = checkEcu(ecu, [first, ...more], campaign, catalog);
      if (verdict.kind === 'at_target') {
        atTarget.push({ ecuId: ecu.ecuId, releaseId: verdict.release.id });
        continue;
      }
      // Blocked ones stay in the plan, so that dependencies are judged as they would be without the block.
      updates.push({ ecu, release: verdict.release });
      if (verdict.kind === 'blocked') reasons.push(...verdict.reasons);
    }
  }
  const plan = planUpdates(updates, configuration, catalog);
  const all = unique([...reasons, ...plan.reasons]);
  return { steps: all.length > 0 ? [] : plan.ordered.map(toStep), atTarget, reasons: all };
}

/** A vehicle as eligibility sees it beside its configuration. */
export type EligibilityVehicle = {
  retired: boolean;
  registrationComplete: boolean;
  skilledPersonOnly: boolean;
  /** The TCU was replaced, and nobody has confirmed it yet. */
  tcuReplaced: boolean;
  /** ECUs that a failed rollback left neither old nor new; absent where the vehicle is not blocked. */
  blockedEcuIds?: readonly string[] | undefined;
  /** The target filter selects it, or the static campaign did when it was planned. */
  targeted: boolean;
  /** Its owner declined this campaign, or another one of the same release. */
  declined: boolean;
  /** Who left it out of this campaign, and why. */
  excludedBy?: { by: string; comment: string } | undefined;
  /** How this campaign's offer ended. */
  attempt?:
    | { state: AssignmentState; reasonCode: string | null; retryAt: Date | null; acknowledged: boolean }
    | undefined;
  /** Another campaign's offer is open on it. */
  busyWith?: OtherCampaign | undefined;
  /** A campaign that goes first wants one of the same ECUs. */
  overlapLostTo?: (OtherCampaign & { waits: boolean }) | undefined;
  /** Its wave in this campaign; `undefined` where it is in none. */
  wave: { name: string; begun: boolean } | undefined;
  /** Maintenance window in the vehicle's own zone, as of `now`. */
  window: { open: true } | { open: false; opensAt?: Date | undefined };
};

export type OtherCampaign = { campaignId: string; campaignName?: string | undefined };

/** A campaign as eligibility sees it beside its releases. */
export type EligibilityCampaign = {
  state: CampaignState;
  schedule: Pick<CampaignSchedule, 'startAt' | 'endAt'>;
  offerAgainAfterRefusal: boolean;
  allowSkilledPersonOnly?: boolean | undefined;
};

export type EligibilityInput = {
  vehicle: EligibilityVehicle;
  /** `undefined` where the vehicle has never reported its ECUs. */
  verdict: ConfigurationVerdict | undefined;
  campaign: EligibilityCampaign;
  /** The fleet-wide stop is on. */
  offersStopped: boolean;
  now: Date;
};

export type Eligibility =
  | { kind: 'eligible'; steps: UpdateStep[] }
  | { kind: 'already_installed' }
  /** `temporary`: every reason may fall away, so the vehicle waits rather than being left out. */
  | { kind: 'excluded'; reasons: ExclusionReason[]; temporary: boolean };

/** Reasons that keep even a vehicle at its target from counting as updated. */
const OUT_OF_SCOPE: ReadonlySet<ExclusionCode> = new Set<ExclusionCode>([
  'not_targeted',
  'retired',
  'incomplete_registration',
  'tcu_replaced',
]);

/**
 * The one decision whether a vehicle may be offered a campaign now; with every reason where it may not.
 * A vehicle in scope whose ECUs all run the target already is `already_installed` at any time.
 */
export function decideEligibility(input: EligibilityInput): Eligibility {
  const reasons = [...vehicleReasons(input), ...(input.verdict?.reasons ?? []), ...momentReasons(input)];
  const isAtTarget =
    input.verdict !== undefined && input.verdict.reasons.length === 0 && input.verdict.steps.length === 0;
  if (isAtTarget) {
    if (!reasons.some(({ code }) => OUT_OF_SCOPE.has(code))) return { kind: 'already_installed' };
    reasons.push({ code: 'already_installed' });
  }
  if (reasons.length > 0) return { kind: 'excluded', reasons, temporary: reasons.every(isTemporary) };
  return { kind: 'eligible', steps: input.verdict?.steps ?? [] };
}

function vehicleReasons({ vehicle, verdict, campaign }: EligibilityInput): ExclusionReason[] {
  const reasons: ExclusionReason[] = [];
  if (!vehicle.targeted) reasons.push({ code: 'not_targeted' });
  if (vehicle.retired) reasons.push({ code: 'retired' });
  if (!vehicle.registrationComplete) reasons.push({ code: 'incomplete_registration' });
  if (vehicle.skilledPersonOnly && !campaign.allowSkilledPersonOnly)
    reasons.push({ code: 'skilled_person_only' });
  if (verdict === undefined) reasons.push({ code: 'no_inventory' });
  if (vehicle.tcuReplaced) reasons.push({ code: 'tcu_replaced' });
  if (vehicle.blockedEcuIds) reasons.push({ code: 'blocked_partial', ecuIds: [...vehicle.blockedEcuIds] });
  if (vehicle.declined && !campaign.offerAgainAfterRefusal) reasons.push({ code: 'declined_by_owner' });
  if (vehicle.excludedBy) reasons.push({ code: 'excluded_by_person', ...vehicle.excludedBy });
  if (vehicle.attempt) reasons.push(attemptReason(vehicle.attempt));
  return reasons;
}

function attemptReason(attempt: NonNullable<EligibilityVehicle['attempt']>): ExclusionReason {
  const { state, reasonCode, retryAt, acknowledged } = attempt;
  return {
    code: 'attempt_over',
    state,
    acknowledged,
    ...(reasonCode !== null && { reasonCode }),
    ...(retryAt !== null && { retryAt: retryAt.toISOString() }),
  };
}

function momentReasons({ vehicle, campaign, offersStopped, now }: EligibilityInput): ExclusionReason[] {
  const { startAt, endAt } = campaign.schedule;
  const { busyWith, overlapLostTo, wave, window } = vehicle;
  const reasons: ExclusionReason[] = [];
  if (campaign.state !== 'running') reasons.push({ code: 'campaign_not_running', state: campaign.state });
  if (startAt !== undefined && now.getTime() < Date.parse(startAt))
    reasons.push({ code: 'before_start', startAt });
  if (endAt !== undefined && now.getTime() >= Date.parse(endAt)) reasons.push({ code: 'after_end', endAt });
  if (offersStopped) reasons.push({ code: 'offers_stopped' });
  if (!wave?.begun) reasons.push({ code: 'not_in_wave', ...(wave && { wave: wave.name }) });
  if (!window.open)
    reasons.push({
      code: 'outside_window',
      ...(window.opensAt && { opensAt: window.opensAt.toISOString() }),
    });
  if (busyWith) reasons.push({ code: 'vehicle_busy', ...nameOther(busyWith) });
  if (overlapLostTo)
    reasons.push({ code: 'overlap_lost', ...nameOther(overlapLostTo), waits: overlapLostTo.waits });
  return reasons;
}

function nameOther({ campaignId, campaignName }: OtherCampaign): OtherCampaign {
  return { campaignId, ...(campaignName !== undefined && { campaignName }) };
}

function groupByType(
  releases: readonly CatalogRelease[],
): Map<string, [CatalogRelease, ...CatalogRelease[]]> {
  const groups = new Map<string, [CatalogRelease, ...CatalogRelease[]]>();
  for (const release of releases) {
    const group = groups.get(release.ecuType);
    if (group) group.push(release);
    else groups.set(release.ecuType, [release]);
  }
  return groups;
}

function toStep({ ecu, release }: PlannedUpdate): UpdateStep {
  return {
    ecuId: ecu.ecuId,
    ecuType: ecu.type,
    releaseId: release.id,
    fromVersion: ecu.softwareVersion,
    toVersion: release.version,
  };
}

/** A release's own reasons come once, however many ECUs it is for. */
function unique(reasons: readonly ExclusionReason[]): ExclusionReason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}
