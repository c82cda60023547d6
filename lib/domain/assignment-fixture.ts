import { decideAssignment } from './assignment.ts';
import { enter } from './assignment-moves.ts';
import {
  type AssignmentDecision,
  type AssignmentEvent,
  type AssignmentPolicy,
  type AssignmentSnapshot,
  newAssignment,
  type StatusEvent,
} from './assignment-snapshot.ts';
import { CampaignDefinition } from './campaign-definition.ts';
import type { AssignmentState } from './states.ts';

/** Fixtures shared by the tests of the assignment machine. */
export const T0 = new Date('2026-11-23T12:00:00Z');

export function minutesAfter(minutes: number, from: Date = T0): Date {
  return new Date(from.getTime() + minutes * 60_000);
}

const defaults = CampaignDefinition.parse({ name: 'test', releaseIds: ['r1'] });

export const POLICY: AssignmentPolicy = {
  timeouts: defaults.timeouts,
  retry: defaults.retry,
  offerAgainAfterRefusal: false,
  campaignEndedAt: null,
};

export function status(phase: StatusEvent['phase'], more: Partial<StatusEvent> = {}): StatusEvent {
  return { kind: 'status', attempt: 1, order: { epoch: 1, sequence: 100 }, phase, ...more };
}

const ACKNOWLEDGED: Partial<AssignmentSnapshot> = {
  offers: 1,
  notifiedAt: T0,
  deliveredAt: T0,
  acknowledgedAt: T0,
  accepted: true,
  lastPhase: 'accepted',
  clockSince: T0,
  orderEpoch: 1,
  orderSequence: 10,
};
const NOTIFIED: Partial<AssignmentSnapshot> = { offers: 1, notifiedAt: T0, clockSince: T0 };
const REFUSED: Partial<AssignmentSnapshot> = { ...ACKNOWLEDGED, accepted: false, clockSince: null };
const DONE: Partial<AssignmentSnapshot> = { ...ACKNOWLEDGED, lastPhase: 'installed', clockSince: null };

const TYPICAL: Record<AssignmentState, Partial<AssignmentSnapshot>> = {
  pending: { dueAt: T0 },
  notified: NOTIFIED,
  delivered: { ...NOTIFIED, deliveredAt: T0 },
  acknowledged: ACKNOWLEDGED,
  downloading: { ...ACKNOWLEDGED, lastPhase: 'downloading' },
  verified: { ...ACKNOWLEDGED, lastPhase: 'verified' },
  installing: { ...ACKNOWLEDGED, lastPhase: 'installing' },
  installed: { ...ACKNOWLEDGED, lastPhase: 'installed', installedAt: T0 },
  confirmed: DONE,
  already_installed: { ...REFUSED, lastPhase: 'already_installed', provisional: true },
  not_applicable: { ...REFUSED, lastPhase: 'not_applicable' },
  excluded: { dueAt: null },
  deferred: { ...REFUSED, lastPhase: 'deferred', dueAt: minutesAfter(60) },
  declined: { ...REFUSED, lastPhase: 'declined' },
  rejected: { ...REFUSED, lastPhase: 'rejected' },
  failed: { ...DONE, lastPhase: 'failed', reasonCode: 'flash_error', failureClass: 'installation' },
  rolled_back: { ...DONE, lastPhase: 'rolled_back', reasonCode: 'flash_error', failureClass: 'installation' },
  timed_out: {
    ...DONE,
    lastPhase: 'downloading',
    reasonCode: 'downloading_timeout',
    failureClass: 'timeout',
  },
  cancelled: { ...REFUSED, lastPhase: 'cancelled', reasonCode: 'by_person' },
  unreachable: { offers: 1, notifiedAt: T0 },
  regressed: DONE,
};

/** A vehicle that came to this state in the usual way, in its first attempt, online since `T0`. */
export function inState(state: AssignmentState, more: Partial<AssignmentSnapshot> = {}): AssignmentSnapshot {
  return enter(newAssignment(T0), state, T0, { ...TYPICAL[state], ...more });
}

/** Decides with the default policy, a minute after `T0`. */
export function decide(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  at: Date = minutesAfter(1),
  policy: AssignmentPolicy = POLICY,
): AssignmentDecision {
  return decideAssignment(snapshot, event, policy, at);
}

/** The snapshot that a move leads to; throws where nothing moved. */
export function nextOf(decision: AssignmentDecision): AssignmentSnapshot {
  if (decision.kind !== 'moved') throw new Error(`expected a move, got ${decision.kind}`);
  return decision.next;
}

export function inventory(kind: 'at_target' | 'not_at_target', sequence = 200): AssignmentEvent {
  return { kind: 'inventory', order: { epoch: 1, sequence }, verdict: { kind } };
}
