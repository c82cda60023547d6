import { decidePresence, decideTick, isCancelling, isDispatched } from './assignment-clock.ts';
import { decideInventory } from './assignment-inventory.ts';
import { enter, moved, recorded, toNextAttempt, toPending, UNCHANGED } from './assignment-moves.ts';
import { isFinal } from './assignment-rank.ts';
import type {
  AssignmentDecision,
  AssignmentEvent,
  AssignmentPolicy,
  AssignmentSnapshot,
} from './assignment-snapshot.ts';
import { decideStatus } from './assignment-status.ts';
import { MAX_ATTEMPT } from './retry.ts';
import type { AssignmentState } from './states.ts';

type EventOf<K extends AssignmentEvent['kind']> = Extract<AssignmentEvent, { kind: K }>;

const RETRYABLE: ReadonlySet<AssignmentState> = new Set(['failed', 'rolled_back', 'timed_out']);

function decidePublished(
  snapshot: AssignmentSnapshot,
  event: EventOf<'published'>,
  now: Date,
): AssignmentDecision {
  if (event.attempt !== snapshot.attempt) return recorded(event, snapshot, 'stale_attempt');
  if (isFinal(snapshot.state) || snapshot.state === 'deferred') return recorded(event, snapshot, 'settled');
  const offered = {
    offers: snapshot.offers + 1,
    notifiedAt: snapshot.notifiedAt ?? now,
    dueAt: null,
    phaseOnlineMs: 0,
    clockSince: event.online ? now : null,
  };
  if (snapshot.state === 'pending') return moved(event, snapshot, enter(snapshot, 'notified', now, offered));
  return moved(event, snapshot, { ...snapshot, ...offered });
}

function decideReceipt(
  snapshot: AssignmentSnapshot,
  event: EventOf<'receipt'>,
  now: Date,
): AssignmentDecision {
  if (event.attempt !== snapshot.attempt) return recorded(event, snapshot, 'stale_attempt');
  if (snapshot.state === 'pending' || snapshot.state === 'notified') {
    const clockSince = snapshot.clockSince ?? now;
    const dueAt = snapshot.state === 'pending' ? null : snapshot.dueAt;
    return moved(event, snapshot, enter({ ...snapshot, clockSince }, 'delivered', now, { dueAt }));
  }
  if (snapshot.deliveredAt !== null) return recorded(event, snapshot, 'duplicate');
  if (isFinal(snapshot.state)) return recorded(event, snapshot, 'settled');
  // The acknowledgment overtook the receipt: only its instant is still of interest.
  return moved(event, snapshot, { ...snapshot, deliveredAt: now });
}

function decideCancel(
  snapshot: AssignmentSnapshot,
  event: EventOf<'cancelRequested'>,
  now: Date,
): AssignmentDecision {
  const { state } = snapshot;
  if (state === 'pending' || state === 'deferred') {
    const effects =
      snapshot.offers > 0 || state === 'deferred' ? [{ kind: 'publishCancellation' } as const] : [];
    return moved(
      event,
      snapshot,
      enter(snapshot, 'cancelled', now, { reasonCode: event.code, cancelRequestedAt: now }),
      effects,
    );
  }
  if (snapshot.retryAt !== null) return moved(event, snapshot, { ...snapshot, retryAt: null });
  if (isFinal(state)) return recorded(event, snapshot, 'settled');
  if (state === 'installing' || state === 'installed') return recorded(event, snapshot, 'too_late');
  if (isCancelling(snapshot)) return recorded(event, snapshot, 'duplicate');
  const next = {
    ...snapshot,
    cancelRequestedAt: now,
    reasonCode: event.code,
    dueAt: null,
    phaseOnlineMs: 0,
    clockSince: snapshot.clockSince ? now : null,
  };
  return moved(event, snapshot, next, [{ kind: 'publishCancellation' }]);
}

function decideRepended(
  snapshot: AssignmentSnapshot,
  event: EventOf<'repended'>,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  if (policy.campaignEndedAt !== null) return recorded(event, snapshot, 'not_allowed');
  const { state } = snapshot;
  const mayReturn =
    state === 'deferred' ||
    state === 'excluded' ||
    (state === 'declined' && (event.asked || policy.offerAgainAfterRefusal)) ||
    (state === 'cancelled' && event.asked);
  if (event.asked && isCancelling(snapshot)) {
    // Not answered yet: the offer is made again, by a document above the one that cancels.
    return moved(event, snapshot, { ...snapshot, cancelRequestedAt: null, reasonCode: null, dueAt: now });
  }
  if (!mayReturn) return recorded(event, snapshot, 'not_allowed');
  return moved(event, snapshot, { ...toPending(snapshot, now), reasonCode: null, cancelRequestedAt: null });
}

function decideEnd(
  snapshot: AssignmentSnapshot,
  event: EventOf<'campaignEnded'>,
  now: Date,
): AssignmentDecision {
  const { state } = snapshot;
  if (isFinal(state)) {
    return snapshot.retryAt === null ? UNCHANGED : moved(event, snapshot, { ...snapshot, retryAt: null });
  }
  if (state === 'pending' && snapshot.attempt === 1 && snapshot.returns === 0 && !event.waveBegun) {
    return moved(
      event,
      snapshot,
      enter(snapshot, 'cancelled', now, { reasonCode: 'not_begun' }),
      [],
      'not_begun',
    );
  }
  if (!isDispatched(state) || state === 'notified' || state === 'delivered') {
    const acknowledgedOnce = snapshot.acknowledgedAt !== null || snapshot.attempt > 1;
    const effects = snapshot.offers > 0 ? [{ kind: 'publishCancellation' } as const] : [];
    const next = enter(snapshot, acknowledgedOnce ? 'timed_out' : 'unreachable', now, {
      reasonCode: 'campaign_ended',
      failureClass: acknowledgedOnce ? 'timeout' : null,
    });
    return moved(event, snapshot, next, effects, 'campaign_ended');
  }
  const cancels =
    event.behaviour === 'cancel_all' || (event.behaviour === 'cancel_not_begun' && state === 'acknowledged');
  if (!cancels || state === 'installed' || state === 'installing') return UNCHANGED;
  return decideCancel(snapshot, { kind: 'cancelRequested', code: 'campaign_ended' }, now);
}

/**
 * Decides what an event does to the assignment of one vehicle to one campaign (DESIGN §4).
 *
 * Promises: within an attempt the state only rises (`deferred`, and by request `excluded`, `declined` and `cancelled`, may
 * return to `pending`); only newer inventory makes `confirmed` and `regressed`; only a retry raises the attempt;
 * a message that is late, repeated or of another attempt leaves one timeline row and nothing else.
 */
export function decideAssignment(
  snapshot: AssignmentSnapshot,
  event: AssignmentEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  switch (event.kind) {
    case 'published':
      return decidePublished(snapshot, event, now);
    case 'receipt':
      return decideReceipt(snapshot, event, now);
    case 'status':
      return decideStatus(snapshot, event, policy, now);
    case 'inventory':
      return decideInventory(snapshot, event, now);
    case 'wentOnline':
    case 'wentOffline':
      return decidePresence(snapshot, event, now);
    case 'tick':
      return decideTick(snapshot, event, policy, now);
    case 'cancelRequested':
      return decideCancel(snapshot, event, now);
    case 'cancelled':
      if (isFinal(snapshot.state)) return recorded(event, snapshot, 'settled');
      return moved(event, snapshot, enter(snapshot, 'cancelled', now, { reasonCode: event.code }));
    case 'retryRequested':
      if (!RETRYABLE.has(snapshot.state) || snapshot.attempt >= MAX_ATTEMPT)
        return recorded(event, snapshot, 'not_retryable');
      if (policy.campaignEndedAt !== null) return recorded(event, snapshot, 'not_allowed');
      return moved(event, snapshot, toNextAttempt(snapshot, now));
    case 'excluded':
      if (snapshot.state !== 'pending' && snapshot.state !== 'deferred')
        return recorded(event, snapshot, 'not_allowed');
      return moved(event, snapshot, enter(snapshot, 'excluded', now, { reasonCode: event.code }));
    case 'repended':
      return decideRepended(snapshot, event, policy, now);
    case 'campaignEnded':
      return decideEnd(snapshot, event, now);
  }
}
