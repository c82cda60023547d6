import { isFinal } from './assignment-rank.ts';
import type {
  AssignmentDecision,
  AssignmentEffect,
  AssignmentEvent,
  AssignmentSnapshot,
  MessageOrder,
  RecordedReason,
  TimelineEntry,
} from './assignment-snapshot.ts';
import type { AssignmentState } from './states.ts';

const REACHED_AT = {
  notified: 'notifiedAt',
  delivered: 'deliveredAt',
  acknowledged: 'acknowledgedAt',
  downloading: 'downloadingAt',
  verified: 'verifiedAt',
  installing: 'installingAt',
  installed: 'installedAt',
} as const satisfies Partial<Record<AssignmentState, keyof AssignmentSnapshot>>;

function reachedAt(state: AssignmentState, now: Date): Partial<AssignmentSnapshot> {
  return state in REACHED_AT ? { [REACHED_AT[state as keyof typeof REACHED_AT]]: now } : {};
}

/** Enters a state: stamps it, restarts the phase clock, and stops what a final state no longer needs. */
export function enter(
  snapshot: AssignmentSnapshot,
  state: AssignmentState,
  now: Date,
  patch: Partial<AssignmentSnapshot> = {},
): AssignmentSnapshot {
  const final = isFinal(state);
  const clockRuns = snapshot.clockSince !== null && !final && state !== 'pending' && state !== 'deferred';
  return {
    ...snapshot,
    ...reachedAt(state, now),
    state,
    phaseAt: now,
    phaseOnlineMs: 0,
    clockSince: clockRuns ? now : null,
    finishedAt: final ? now : null,
    dueAt: null,
    retryAt: null,
    ...patch,
  };
}

/** Back into the queue within the same attempt. */
export function toPending(snapshot: AssignmentSnapshot, now: Date): AssignmentSnapshot {
  return enter(snapshot, 'pending', now, {
    returns: snapshot.returns + 1,
    lastPhase: null,
    progress: null,
    currentEcuId: null,
    dueAt: now,
  });
}

/** The next attempt: its timestamps start anew, what the vehicle has proven of itself stays. */
export function toNextAttempt(snapshot: AssignmentSnapshot, now: Date): AssignmentSnapshot {
  return enter(snapshot, 'pending', now, {
    attempt: snapshot.attempt + 1,
    returns: 0,
    offers: 0,
    lastPhase: null,
    progress: null,
    currentEcuId: null,
    notifiedAt: null,
    deliveredAt: null,
    acknowledgedAt: null,
    downloadingAt: null,
    verifiedAt: null,
    installingAt: null,
    installedAt: null,
    dueAt: now,
    cancelRequestedAt: null,
    reasonCode: null,
    failureClass: null,
    failedEcuId: null,
    partialEcus: [],
    acknowledgedFailure: false,
  });
}

/** Tells whether a message is newer than every message that the state rests on. */
export function isNewer(order: MessageOrder, snapshot: AssignmentSnapshot): boolean {
  if (order.epoch !== snapshot.orderEpoch) return order.epoch > snapshot.orderEpoch;
  return order.sequence > snapshot.orderSequence;
}

/** The newest of the messages that the state rests on, this one included. */
export function restOn(order: MessageOrder, snapshot: AssignmentSnapshot): Partial<AssignmentSnapshot> {
  return isNewer(order, snapshot) ? { orderEpoch: order.epoch, orderSequence: order.sequence } : {};
}

function entry(
  event: AssignmentEvent,
  from: AssignmentSnapshot,
  to: AssignmentState,
  code: string | null,
  recorded: RecordedReason | null,
): TimelineEntry {
  const status = event.kind === 'status' ? event : null;
  return {
    event: event.kind,
    attempt: 'attempt' in event ? event.attempt : from.attempt,
    from: from.state,
    to,
    phase: status?.phase ?? null,
    code: code ?? status?.code ?? ('code' in event ? (event.code ?? null) : null),
    ecuId: status?.ecuId ?? null,
    recorded,
  };
}

export function moved(
  event: AssignmentEvent,
  from: AssignmentSnapshot,
  next: AssignmentSnapshot,
  effects: AssignmentEffect[] = [],
  code: string | null = null,
): AssignmentDecision {
  return { kind: 'moved', next, timeline: [entry(event, from, next.state, code, null)], effects };
}

/** Only clock fields change: stored, but no news for the timeline. */
export function movedSilently(
  next: AssignmentSnapshot,
  effects: AssignmentEffect[] = [],
): AssignmentDecision {
  return { kind: 'moved', next, timeline: [], effects };
}

export function recorded(
  event: AssignmentEvent,
  from: AssignmentSnapshot,
  reason: RecordedReason,
): AssignmentDecision {
  return { kind: 'recorded', timeline: [entry(event, from, from.state, null, reason)] };
}

export const UNCHANGED: AssignmentDecision = { kind: 'unchanged' };
