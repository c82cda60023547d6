import { decidePresence, decideTick, isCancelling } from './assignment-clock.ts';
import { decideCancel, decideEnd } from './assignment-end.ts';
import { decideInventory } from './assignment-inventory.ts';
import { enter, moved, recorded, toNextAttempt, toPending } from './assignment-moves.ts';
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

/** It waits, or its offer was withdrawn by a pause and would be made again. */
function mayBeLeftOut({ state, cancelRequestedAt }: AssignmentSnapshot): boolean {
  return state === 'pending' || state === 'deferred' || (state === 'cancelled' && cancelRequestedAt !== null);
}

/**
 * Decides what an event does to the assignment of one vehicle to one campaign (DESIGN §4).
 *
 * Promises: within an attempt the state only rises (`deferred`, and by request `excluded`, `declined` and
 * `cancelled`, may return to `pending`); only newer inventory makes `confirmed` and `regressed`; only a retry
 * raises the attempt; a message that is late, repeated or of another attempt leaves one timeline row and nothing
 * else. Its rulings beyond the design are in `docs/adr/assignment-machine.md`.
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
      if (!mayBeLeftOut(snapshot)) return recorded(event, snapshot, 'not_allowed');
      return moved(event, snapshot, enter(snapshot, 'excluded', now, { reasonCode: event.code }));
    case 'repended':
      return decideRepended(snapshot, event, policy, now);
    case 'campaignEnded':
      return decideEnd(snapshot, event, now);
  }
}
