import { enter, moved, movedSilently, toNextAttempt, toPending, UNCHANGED } from './assignment-moves.ts';
import { isFinal } from './assignment-rank.ts';
import type {
  AssignmentDecision,
  AssignmentEvent,
  AssignmentPolicy,
  AssignmentSnapshot,
} from './assignment-snapshot.ts';
import type { PhaseTimeouts } from './campaign-definition.ts';
import { retryAtOf } from './retry.ts';
import type { AssignmentState } from './states.ts';
import { DISPATCHED_STATES } from './states.ts';

const MINUTE_MS = 60_000;

const CLOCK_OF: Readonly<Record<(typeof DISPATCHED_STATES)[number], keyof PhaseTimeouts>> = {
  notified: 'acknowledgeMinutes',
  delivered: 'acknowledgeMinutes',
  acknowledged: 'downloadMinutes',
  downloading: 'downloadMinutes',
  verified: 'installMinutes',
  installing: 'installMinutes',
  installed: 'confirmMinutes',
};

/** Tells whether the vehicle holds an offer, so that a phase clock belongs to the state. */
export function isDispatched(state: AssignmentState): state is keyof typeof CLOCK_OF {
  return (DISPATCHED_STATES as readonly AssignmentState[]).includes(state);
}

/** A cancellation is honoured until installation begins; from then on the phase's own clock rules. */
export function isCancelling(snapshot: AssignmentSnapshot): boolean {
  if (snapshot.cancelRequestedAt === null || !isDispatched(snapshot.state)) return false;
  return snapshot.state !== 'installing' && snapshot.state !== 'installed';
}

function limitMs(snapshot: AssignmentSnapshot, timeouts: PhaseTimeouts): number | null {
  if (!isDispatched(snapshot.state)) return null;
  const clock = isCancelling(snapshot) ? 'acknowledgeMinutes' : CLOCK_OF[snapshot.state];
  return timeouts[clock] * MINUTE_MS;
}

/**
 * Milliseconds that count against the phase's limit: time online, and from the campaign's end on all time,
 * so that a vehicle that never comes back is settled too.
 */
export function phaseElapsedMs(snapshot: AssignmentSnapshot, policy: AssignmentPolicy, now: Date): number {
  const running = snapshot.clockSince ? Math.max(0, now.getTime() - snapshot.clockSince.getTime()) : 0;
  const online = snapshot.phaseOnlineMs + running;
  if (!policy.campaignEndedAt) return online;
  const from = Math.max(snapshot.phaseAt.getTime(), policy.campaignEndedAt.getTime());
  return Math.max(online, now.getTime() - from);
}

/** Tells whether the vehicle has no offer, or has not answered it, or answered an announcement and waits for its document. */
export function awaitsOffer({ state, dueAt }: AssignmentSnapshot): boolean {
  return (
    !isFinal(state) &&
    (!isDispatched(state) || state === 'notified' || state === 'delivered' || dueAt !== null)
  );
}

/** The campaign is over: never acknowledged is `unreachable`, answered without result is `timed_out`. */
export function settleUnanswered(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  now: Date,
): AssignmentDecision {
  const acknowledgedOnce = snapshot.acknowledgedAt !== null || snapshot.attempt > 1;
  const effects = snapshot.offers > 0 ? [{ kind: 'publishCancellation' } as const] : [];
  const next = enter(snapshot, acknowledgedOnce ? 'timed_out' : 'unreachable', now, {
    reasonCode: 'campaign_ended',
    failureClass: acknowledgedOnce ? 'timeout' : null,
  });
  return moved(event, snapshot, next, effects, 'campaign_ended');
}

/** The next instant at which a tick has something to decide; `null` while no clock of this row runs. */
export function nextTickAt(snapshot: AssignmentSnapshot, policy: AssignmentPolicy, now: Date): Date | null {
  if (snapshot.retryAt) return snapshot.retryAt;
  if (policy.campaignEndedAt && awaitsOffer(snapshot)) return now;
  if (snapshot.state === 'deferred') return snapshot.dueAt;
  const limit = limitMs(snapshot, policy.timeouts);
  if (limit === null || (snapshot.dueAt !== null && !isCancelling(snapshot))) return null;
  if (snapshot.clockSince === null && policy.campaignEndedAt === null) return null;
  return new Date(now.getTime() + Math.max(0, limit - phaseElapsedMs(snapshot, policy, now)));
}

/** Starts or stops the phase clock; a cancellation not yet answered is repeated to a returning vehicle. */
export function decidePresence(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  now: Date,
): AssignmentDecision {
  if (!isDispatched(snapshot.state)) return UNCHANGED;
  if (event.kind === 'wentOnline') {
    const effects = isCancelling(snapshot) ? [{ kind: 'publishCancellation' } as const] : [];
    if (snapshot.clockSince !== null && effects.length === 0) return UNCHANGED;
    return movedSilently({ ...snapshot, clockSince: snapshot.clockSince ?? now }, effects);
  }
  if (snapshot.clockSince === null) return UNCHANGED;
  const ran = Math.max(0, now.getTime() - snapshot.clockSince.getTime());
  return movedSilently({ ...snapshot, phaseOnlineMs: snapshot.phaseOnlineMs + ran, clockSince: null });
}

function decideExpiry(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  const { state } = snapshot;
  if (isCancelling(snapshot)) {
    return moved(
      event,
      snapshot,
      enter(snapshot, 'cancelled', now, { reasonCode: 'cancelled_unanswered' }),
      [],
      'cancelled_unanswered',
    );
  }
  if (state === 'notified' || state === 'delivered') {
    const again = { phaseOnlineMs: 0, clockSince: snapshot.clockSince ? now : null, dueAt: now };
    return moved(event, snapshot, { ...snapshot, ...again }, [], 'acknowledge_timeout');
  }
  const code = state === 'installed' ? 'unconfirmed' : `${state}_timeout`;
  const mayRetry = snapshot.cancelRequestedAt === null && policy.campaignEndedAt === null;
  const next = enter(snapshot, 'timed_out', now, {
    reasonCode: code,
    failureClass: 'timeout',
    failedEcuId: snapshot.currentEcuId,
    retryAt: mayRetry ? retryAtOf(policy.retry, 'timeout', snapshot.attempt, now) : null,
  });
  return moved(event, snapshot, next, [{ kind: 'requestReport' }], code);
}

/** What has come due: a retry, a deferral's end, or a phase that took too long. */
export function decideTick(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  // The end came first, and has not been told to this row yet: the failure stands.
  if (snapshot.retryAt && policy.campaignEndedAt) return movedSilently({ ...snapshot, retryAt: null });
  if (snapshot.retryAt && snapshot.retryAt <= now)
    return moved(event, snapshot, toNextAttempt(snapshot, now), [], 'retry');
  if (policy.campaignEndedAt && awaitsOffer(snapshot)) return settleUnanswered(snapshot, event, now);
  if (snapshot.state === 'deferred' && snapshot.dueAt && snapshot.dueAt <= now) {
    return moved(event, snapshot, toPending(snapshot, now), [], 'deferral_over');
  }
  const limit = limitMs(snapshot, policy.timeouts);
  if (limit === null || phaseElapsedMs(snapshot, policy, now) < limit) return UNCHANGED;
  // Already waiting for the dispatcher: the clock starts again when it has offered.
  if (snapshot.dueAt !== null && !isCancelling(snapshot)) return UNCHANGED;
  return decideExpiry(snapshot, event, policy, now);
}
