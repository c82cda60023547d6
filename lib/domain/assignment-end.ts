import { awaitsOffer, isCancelling, settleUnanswered } from './assignment-clock.ts';
import { enter, moved, recorded, UNCHANGED } from './assignment-moves.ts';
import { isFinal } from './assignment-rank.ts';
import type { AssignmentDecision, AssignmentEvent, AssignmentSnapshot } from './assignment-snapshot.ts';

type EventOf<K extends AssignmentEvent['kind']> = Extract<AssignmentEvent, { kind: K }>;

/** A person, an abort or a withdrawal wants the offer back; honoured unless installation has begun. */
export function decideCancel(
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

/** What the campaign's end does: the unanswered are settled, those under way fare as its end behaviour says. */
export function decideEnd(
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
  if (awaitsOffer(snapshot)) return settleUnanswered(snapshot, event, now);
  const cancels =
    event.behaviour === 'cancel_all' || (event.behaviour === 'cancel_not_begun' && state === 'acknowledged');
  if (!cancels || state === 'installed' || state === 'installing') return UNCHANGED;
  return decideCancel(snapshot, { kind: 'cancelRequested', code: 'campaign_ended' }, now);
}
