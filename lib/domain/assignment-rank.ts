import type { OtaPhase } from '../protocol/ota-status.ts';
import type { AssignmentSnapshot } from './assignment-snapshot.ts';
import type { AssignmentState } from './states.ts';
import { FINAL_STATES } from './states.ts';

/** How far along an attempt each phase is; within an attempt only a higher rank moves the state. */
export const PHASE_RANK: Readonly<Record<OtaPhase, number>> = {
  received: 30,
  requested: 31,
  deferred: 32,
  accepted: 34,
  downloading: 40,
  verified: 50,
  installing: 60,
  rebooting: 62,
  already_installed: 65,
  not_applicable: 65,
  declined: 65,
  rejected: 65,
  cancelled: 65,
  installed: 70,
  failed: 80,
  rolled_back: 81,
};

/** A failed rollback is the worst news and outranks whatever else a vehicle said. */
export const PARTIAL_RANK = 82;

/** From here on news also moves an attempt that was settled without proof. */
export const FAILURE_RANK = PHASE_RANK.failed;

const STATE_RANK: Readonly<Record<AssignmentState, number>> = {
  pending: 0,
  notified: 10,
  delivered: 20,
  acknowledged: 30,
  deferred: 32,
  downloading: 40,
  verified: 50,
  installing: 60,
  not_applicable: 65,
  declined: 65,
  rejected: 65,
  cancelled: 75,
  excluded: 75,
  unreachable: 75,
  timed_out: 75,
  installed: 70,
  failed: 80,
  rolled_back: 81,
  already_installed: 100,
  confirmed: 100,
  regressed: 100,
};

/** State to which a phase moves the vehicle; `received`, `requested` and `accepted` are all acknowledgments. */
export const STATE_OF_PHASE: Readonly<Record<OtaPhase, AssignmentState>> = {
  received: 'acknowledged',
  requested: 'acknowledged',
  accepted: 'acknowledged',
  deferred: 'deferred',
  downloading: 'downloading',
  verified: 'verified',
  installing: 'installing',
  rebooting: 'installing',
  already_installed: 'already_installed',
  not_applicable: 'not_applicable',
  declined: 'declined',
  rejected: 'rejected',
  cancelled: 'cancelled',
  installed: 'installed',
  failed: 'failed',
  rolled_back: 'rolled_back',
};

/** Tells whether nothing more is expected of the vehicle in this attempt. */
export function isFinal(state: AssignmentState): boolean {
  return (FINAL_STATES as readonly AssignmentState[]).includes(state);
}

/** How far this attempt has come; phases that share a state (`received`, `accepted`) are told apart. */
export function rankOf(snapshot: AssignmentSnapshot): number {
  const { state, lastPhase } = snapshot;
  if (state === 'failed' && snapshot.partialEcus.length > 0) return PARTIAL_RANK;
  const byPhase = lastPhase !== null && STATE_OF_PHASE[lastPhase] === state ? PHASE_RANK[lastPhase] : 0;
  return Math.max(STATE_RANK[state], byPhase);
}
