import { z } from 'zod';
import { EcuStatus } from '../protocol/ecu-details.ts';
import { FromVersions } from '../protocol/ota-update.ts';
import { AssignmentState, CampaignState } from './states.ts';

const reason = <Code extends string, Shape extends z.core.$ZodLooseShape>(code: Code, shape: Shape) =>
  z.object({ code: z.literal(code), ...shape });

/** The release that a reason speaks of. */
const release = { releaseId: z.string(), ecuType: z.string(), version: z.string() };
/** The ECU that keeps that release from being installed. */
const ecu = { ...release, ecuId: z.string() };
const installed = { ...ecu, installedVersion: z.string() };
const otherCampaign = { campaignId: z.string(), campaignName: z.string().optional() };

/** Why a dependency does not hold. */
export const DependencyFault = z.enum([
  'no_such_ecu',
  'ecu_missing',
  'unknown_version',
  'too_old',
  'not_in_same_campaign',
  'breaks_installed',
  'cycle',
]);
export type DependencyFault = z.infer<typeof DependencyFault>;

/** Why a vehicle is not offered a campaign, with what an operator needs to understand it. */
export const ExclusionReason = z.discriminatedUnion('code', [
  reason('not_targeted', {}),
  reason('retired', {}),
  reason('incomplete_registration', {}),
  reason('no_inventory', {}),
  reason('unknown_version', { ...installed, unknown: z.enum(['installed', 'target']) }),
  reason('already_installed', {}),
  reason('hardware_mismatch', { ...ecu, hardwareVersion: z.string(), allowed: z.array(z.string()) }),
  reason('from_version_not_allowed', { ...installed, fromVersions: FromVersions }),
  reason('newer_installed', installed),
  reason('no_such_ecu', release),
  reason('ecu_missing', ecu),
  reason('ecu_swapped', ecu),
  reason('ecu_unhealthy', { ...ecu, status: EcuStatus }),
  reason('dependency_unmet', {
    ...ecu,
    fault: DependencyFault,
    /** What is needed: this ECU type, of at least this version. */
    neededType: z.string(),
    neededVersion: z.string(),
    /** The ECU that does not have it, and what it has, where there is one. */
    neededEcuId: z.string().optional(),
    foundVersion: z.string().optional(),
    /** `cycle`: the ECUs that wait for each other, the first one again at the end. */
    cycle: z.array(z.string()).optional(),
  }),
  reason('release_withdrawn', release),
  reason('release_not_released', release),
  reason('skilled_person_only', {
    releaseId: z.string().optional(),
    ecuType: z.string().optional(),
    version: z.string().optional(),
  }),
  reason('rollback_not_allowed', installed),
  reason('outside_window', { opensAt: z.iso.datetime().optional() }),
  reason('before_start', { startAt: z.iso.datetime() }),
  reason('after_end', { endAt: z.iso.datetime() }),
  reason('vehicle_busy', otherCampaign),
  reason('overlap_lost', { ...otherCampaign, waits: z.boolean() }),
  reason('tcu_replaced', {}),
  reason('blocked_partial', { ecuIds: z.array(z.string()) }),
  reason('declined_by_owner', {}),
  reason('offers_stopped', {}),
  reason('campaign_not_running', { state: CampaignState }),
  /** `wave` is the vehicle's own wave, which has not begun; absent where the vehicle is in none. */
  reason('not_in_wave', { wave: z.string().optional() }),
  reason('excluded_by_person', { by: z.string(), comment: z.string() }),
  /** The campaign has offered, and this is how it ended; `retryAt` where it is offered again by itself. */
  reason('attempt_over', {
    state: AssignmentState,
    reasonCode: z.string().optional(),
    retryAt: z.iso.datetime().optional(),
    /** A person took note of the failure, so that it counts no more. */
    acknowledged: z.boolean(),
  }),
]);
export type ExclusionReason = z.infer<typeof ExclusionReason>;
export type ExclusionCode = ExclusionReason['code'];

/** Every code, in the order in which screens list them. */
export const EXCLUSION_CODES: readonly ExclusionCode[] = ExclusionReason.options.map(
  (option) => option.shape.code.value,
);

const TEMPORARY: ReadonlySet<ExclusionCode> = new Set<ExclusionCode>([
  'no_inventory',
  'ecu_missing',
  'ecu_swapped',
  'ecu_unhealthy',
  'release_not_released',
  'outside_window',
  'before_start',
  'vehicle_busy',
  'tcu_replaced',
  'blocked_partial',
  'offers_stopped',
]);

/**
 * Tells whether a reason may fall away while the campaign runs, by time, by the vehicle's next report or by a
 * person's confirmation, so that the vehicle waits; otherwise it is excluded from this campaign as planned.
 */
export function isTemporary(reason: ExclusionReason): boolean {
  switch (reason.code) {
    case 'campaign_not_running':
      return reason.state !== 'completed' && reason.state !== 'aborted';
    case 'overlap_lost':
      return reason.waits;
    case 'not_in_wave':
      return reason.wave !== undefined;
    case 'attempt_over':
      return reason.retryAt !== undefined;
    default:
      return TEMPORARY.has(reason.code);
  }
}
