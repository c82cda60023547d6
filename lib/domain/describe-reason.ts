import type { FromVersions } from '../protocol/ota-update.ts';
import type { ExclusionCode, ExclusionReason } from './exclusion-reason.ts';

/** Short names of the reasons, as the eligibility funnel shows them. */
export const REASON_LABELS: Readonly<Record<ExclusionCode, string>> = {
  not_targeted: 'Not targeted',
  retired: 'Retired',
  incomplete_registration: 'Registration incomplete',
  no_inventory: 'Never reported',
  unknown_version: 'Unknown version',
  already_installed: 'Already installed',
  hardware_mismatch: 'Hardware does not match',
  from_version_not_allowed: 'From-version not allowed',
  newer_installed: 'Newer version installed',
  no_such_ecu: 'No such ECU',
  ecu_missing: 'ECU missing',
  ecu_swapped: 'ECU swapped',
  ecu_unhealthy: 'ECU not healthy',
  dependency_unmet: 'Dependency unmet',
  release_withdrawn: 'Release withdrawn',
  release_not_released: 'Release not released',
  skilled_person_only: 'Skilled person only',
  rollback_not_allowed: 'Rollback not allowed',
  outside_window: 'Outside maintenance window',
  before_start: 'Before the start',
  after_end: 'After the end',
  vehicle_busy: 'Vehicle busy',
  overlap_lost: 'Another campaign has priority',
  tcu_replaced: 'TCU replaced',
  blocked_partial: 'Blocked after failed rollback',
  declined_by_owner: 'Declined by owner',
  offers_stopped: 'All offers stopped',
  campaign_not_running: 'Campaign not running',
  not_in_wave: 'Wave not begun',
  excluded_by_person: 'Left out by a person',
  attempt_over: 'Attempt over',
};

const BY_TEXT: Readonly<Record<string, string>> = REASON_LABELS;

/** A reason's short name by its code; what is no code of ours in its own words. */
export function labelOfReason(code: string): string {
  return BY_TEXT[code] ?? code.replaceAll('_', ' ');
}

/** The reason as a sentence for an operator, with the ECU, versions and campaign that it speaks of. */
export function describeReason(reason: ExclusionReason): string {
  switch (reason.code) {
    case 'not_targeted':
      return 'The target filter does not select this vehicle.';
    case 'retired':
      return 'The vehicle is retired.';
    case 'incomplete_registration':
      return 'The vehicle registered itself; its master data must be completed first.';
    case 'no_inventory':
      return 'The vehicle has never reported its ECUs.';
    case 'unknown_version':
      return reason.unknown === 'target'
        ? `The version of ${nameOf(reason)} cannot be placed in the order of its ECU type.`
        : `${reason.ecuId} runs ${quote(reason.installedVersion)}, which the catalog does not know; it may be newer than ${nameOf(reason)}.`;
    case 'already_installed':
      return 'Every ECU of the campaign has its target version already.';
    case 'hardware_mismatch':
      return `${reason.ecuId} has hardware ${quote(reason.hardwareVersion)}; ${nameOf(reason)} is for ${list(reason.allowed)}.`;
    case 'from_version_not_allowed':
      return `${reason.ecuId} runs ${quote(reason.installedVersion)}; ${nameOf(reason)} may be installed over ${describeFromVersions(reason.fromVersions)} only.`;
    case 'newer_installed':
      return `${reason.ecuId} runs ${quote(reason.installedVersion)}, which is newer than ${nameOf(reason)}; only a rollback campaign goes back.`;
    case 'no_such_ecu':
      return `The vehicle has no ${reason.ecuType}, for which ${nameOf(reason)} is.`;
    case 'ecu_missing':
      return `${reason.ecuId} (${reason.ecuType}) was missing from the vehicle's last report.`;
    case 'ecu_swapped':
      return `${reason.ecuId} (${reason.ecuType}) was swapped: its serial or hardware changed, and nobody has confirmed it yet.`;
    case 'ecu_unhealthy':
      return `${reason.ecuId} (${reason.ecuType}) reports the status “${reason.status}”.`;
    case 'dependency_unmet':
      return describeDependency(reason);
    case 'release_withdrawn':
      return `${nameOf(reason)} was withdrawn.`;
    case 'release_not_released':
      return `${nameOf(reason)} is still a draft.`;
    case 'skilled_person_only':
      return reason.version === undefined
        ? 'The vehicle may be updated by a skilled person only.'
        : `${reason.ecuType} ${quote(reason.version)} may be installed by a skilled person only.`;
    case 'rollback_not_allowed':
      return `The release of ${quote(reason.installedVersion)} on ${reason.ecuId} does not allow going back to ${nameOf(reason)}.`;
    default:
      return describeCircumstance(reason);
  }
}

type Circumstance = Extract<
  ExclusionReason,
  {
    code:
      | 'outside_window'
      | 'before_start'
      | 'after_end'
      | 'vehicle_busy'
      | 'overlap_lost'
      | 'tcu_replaced'
      | 'blocked_partial'
      | 'declined_by_owner'
      | 'offers_stopped'
      | 'campaign_not_running'
      | 'not_in_wave'
      | 'excluded_by_person'
      | 'attempt_over';
  }
>;

function describeCircumstance(reason: Circumstance): string {
  switch (reason.code) {
    case 'outside_window':
      return reason.opensAt === undefined
        ? 'No maintenance window is open for the vehicle.'
        : `No maintenance window is open; the next one opens at ${instant(reason.opensAt)}.`;
    case 'before_start':
      return `The campaign starts at ${instant(reason.startAt)}.`;
    case 'after_end':
      return `The campaign ended at ${instant(reason.endAt)}.`;
    case 'vehicle_busy':
      return `The vehicle is busy with ${campaign(reason)}.`;
    case 'overlap_lost':
      return `${capitalise(campaign(reason))} wants the same ECU and goes first; the vehicle ${reason.waits ? 'waits for it' : 'is left out here'}.`;
    case 'tcu_replaced':
      return 'The TCU was replaced; offers are held until a person confirms it.';
    case 'blocked_partial':
      return `A rollback failed and left ${reason.ecuIds.length > 0 ? list(reason.ecuIds) : 'ECUs'} neither old nor new; a person must clear the vehicle.`;
    case 'declined_by_owner':
      return 'The owner of the vehicle declined this update.';
    case 'offers_stopped':
      return 'All offers are stopped fleet-wide.';
    case 'campaign_not_running':
      return `The campaign is ${reason.state.replaceAll('_', ' ')}.`;
    case 'not_in_wave':
      return reason.wave === undefined
        ? 'The vehicle is in no wave of the campaign.'
        : `The wave “${reason.wave}” has not begun.`;
    case 'excluded_by_person':
      return `${reason.by} left this vehicle out: ${reason.comment}.`;
    case 'attempt_over':
      return describeAttempt(reason);
  }
}

function describeAttempt(reason: Extract<ExclusionReason, { code: 'attempt_over' }>): string {
  const code = reason.reasonCode === undefined ? '' : ` (${reason.reasonCode})`;
  const ended = `The campaign has offered; the vehicle is ${reason.state.replaceAll('_', ' ')}${code}`;
  const noted = reason.acknowledged ? ', acknowledged by a person as a known failure' : '';
  const next =
    reason.retryAt === undefined
      ? 'it is not offered again by itself'
      : `it is offered again at ${instant(reason.retryAt)}`;
  return `${ended}${noted}; ${next}.`;
}

function describeDependency(reason: Extract<ExclusionReason, { code: 'dependency_unmet' }>): string {
  const needed = `${nameOf(reason)} on ${reason.ecuId} needs ${reason.neededType} ${quote(reason.neededVersion)} or newer`;
  const other = reason.neededEcuId ?? reason.neededType;
  const found = quote(reason.foundVersion ?? '');
  switch (reason.fault) {
    case 'no_such_ecu':
      return `${needed}, and the vehicle has no ${reason.neededType}.`;
    case 'ecu_missing':
      return `${needed}, and ${other} was missing from the last report.`;
    case 'unknown_version':
      return `${needed}, and ${other} has ${found}, which the catalog does not know.`;
    case 'too_old':
      return `${needed}, and ${other} has ${found}.`;
    case 'not_in_same_campaign':
      return `${needed} installed before; ${other} has ${found}, and a release of the same campaign may not bring it.`;
    case 'breaks_installed':
      return `${nameOf(reason)} on ${reason.ecuId} would go below ${reason.neededType} ${quote(reason.neededVersion)}, which ${other} with ${found} needs.`;
    case 'cycle':
      return `The updates wait for each other: ${(reason.cycle ?? []).join(' → ')}.`;
  }
}

/** Which versions a release may be installed over, as words for the middle of a sentence. */
export function describeFromVersions(from: FromVersions): string {
  switch (from.kind) {
    case 'any':
      return 'any version';
    case 'list':
      return list(from.versions);
    case 'range':
      if (from.from === undefined && from.to === undefined) return 'any known version';
      if (from.to === undefined) return `${quote(from.from ?? '')} or newer`;
      return from.from === undefined
        ? `${quote(from.to)} or older`
        : `${quote(from.from)} to ${quote(from.to)}`;
  }
}

function nameOf(release: { ecuType: string; version: string }): string {
  return `${release.ecuType} ${quote(release.version)}`;
}

function campaign(reason: { campaignId: string; campaignName?: string | undefined }): string {
  return `campaign “${reason.campaignName ?? reason.campaignId}”`;
}

function quote(version: string): string {
  return version === '' ? '(empty)' : `“${version}”`;
}

function list(versions: readonly string[]): string {
  const shown = versions.slice(0, 5).map(quote).join(', ');
  return versions.length > 5 ? `${shown} and ${versions.length - 5} more` : shown;
}

function instant(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
