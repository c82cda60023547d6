import { isDispatched } from './assignment-clock.ts';
import { enter, isNewer, moved, recorded, restOn, toPending } from './assignment-moves.ts';
import {
  FAILURE_RANK,
  isFinal,
  PARTIAL_RANK,
  PHASE_RANK,
  rankOf,
  STATE_OF_PHASE,
} from './assignment-rank.ts';
import type {
  AssignmentDecision,
  AssignmentPolicy,
  AssignmentSnapshot,
  StatusEvent,
} from './assignment-snapshot.ts';
import { classifyFailure } from './failure-class.ts';
import { backOffMs, retryAtOf } from './retry.ts';

const MINUTE_MS = 60_000;

/** Phases that are repeated with rising progress or another ECU without the state moving. */
const REPEATABLE = new Set<StatusEvent['phase']>(['downloading', 'installing', 'rebooting']);
/** With an `ecuId` these speak of that ECU alone; the vehicle's own step comes without one. */
const WHOLE_SET = new Set<StatusEvent['phase']>(['verified', 'installed']);
const ACCEPTING = new Set<StatusEvent['phase']>([
  'accepted',
  'downloading',
  'verified',
  'installing',
  'rebooting',
  'installed',
]);

function isPartial(event: StatusEvent): boolean {
  return event.phase === 'failed' && (event.code === 'partial' || (event.partialEcus?.length ?? 0) > 0);
}

function partialEcusOf(event: StatusEvent): string[] {
  if (event.partialEcus && event.partialEcus.length > 0) return [...event.partialEcus];
  return [event.ecuId ?? 'unknown'];
}

function decideFailure(
  snapshot: AssignmentSnapshot,
  event: StatusEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  const partial = isPartial(event);
  // `rolled_back` after `failed` keeps the reason that the failure gave.
  const known = snapshot.state === 'failed' && !event.code && !partial ? snapshot : null;
  const failureClass = known?.failureClass ?? classifyFailure(event.code, snapshot.state);
  const ecuIds = partial ? partialEcusOf(event) : [];
  const mayRetry = !partial && snapshot.cancelRequestedAt === null && policy.campaignEndedAt === null;
  const next = enter(snapshot, event.phase === 'rolled_back' ? 'rolled_back' : 'failed', now, {
    ...restOn(event.order, snapshot),
    lastPhase: event.phase,
    reasonCode: partial ? 'partial' : (event.code ?? known?.reasonCode ?? null),
    failureClass,
    failedEcuId: event.ecuId ?? known?.failedEcuId ?? ecuIds[0] ?? null,
    partialEcus: ecuIds,
    acknowledgedFailure: partial ? false : snapshot.acknowledgedFailure,
    retryAt: mayRetry ? retryAtOf(policy.retry, failureClass, snapshot.attempt, now) : null,
  });
  return moved(
    event,
    snapshot,
    next,
    partial ? [{ kind: 'blockVehicle', ecuIds }, { kind: 'requestReport' }] : [{ kind: 'requestReport' }],
  );
}

function decideClaim(snapshot: AssignmentSnapshot, event: StatusEvent, now: Date): AssignmentDecision {
  // A vehicle that took this campaign's offer and now finds it installed has carried it out.
  const byCampaign = event.phase === 'installed' || snapshot.accepted;
  const next = enter(snapshot, byCampaign ? 'installed' : 'already_installed', now, {
    ...restOn(event.order, snapshot),
    lastPhase: byCampaign ? 'installed' : event.phase,
    accepted: byCampaign,
    provisional: !byCampaign,
    progress: null,
    currentEcuId: null,
    reasonCode: event.code ?? null,
  });
  return moved(event, snapshot, next, [{ kind: 'requestReport' }]);
}

function decideForward(
  snapshot: AssignmentSnapshot,
  event: StatusEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  // The answer to a cancellation that was taken back meanwhile: the offer is due again.
  if (event.phase === 'cancelled' && isDispatched(snapshot.state) && snapshot.dueAt !== null) {
    return moved(event, snapshot, { ...toPending(snapshot, now), ...restOn(event.order, snapshot) });
  }
  const state = STATE_OF_PHASE[event.phase];
  const sameState = state === snapshot.state;
  const patch: Partial<AssignmentSnapshot> = {
    ...restOn(event.order, snapshot),
    lastPhase: event.phase,
    progress: event.progress ?? null,
    currentEcuId: event.ecuId ?? null,
    reasonCode: event.code ?? null,
    accepted: snapshot.accepted || ACCEPTING.has(event.phase),
  };
  if (snapshot.acknowledgedAt === null) patch.acknowledgedAt = now;
  // Its answer to an offer just published: the vehicle is online, though `published` is not stored yet.
  if (snapshot.state === 'pending' && !isFinal(state) && state !== 'deferred') patch.clockSince = now;
  if (state === 'deferred')
    patch.dueAt = new Date(
      now.getTime() + Math.max(MINUTE_MS, backOffMs(policy.retry, snapshot.returns + 1)),
    );
  // An announcement was answered: the vehicle's own Director document is due now.
  if (event.phase === 'requested') patch.dueAt = policy.campaignEndedAt === null ? now : null;
  const next = sameState ? { ...snapshot, ...patch } : enter(snapshot, state, now, patch);
  return moved(event, snapshot, next);
}

function decideRepetition(snapshot: AssignmentSnapshot, event: StatusEvent): AssignmentDecision {
  const goesOn =
    REPEATABLE.has(event.phase) &&
    STATE_OF_PHASE[event.phase] === snapshot.state &&
    isNewer(event.order, snapshot);
  if (!goesOn) return recorded(event, snapshot, isFinal(snapshot.state) ? 'settled' : 'duplicate');
  return moved(event, snapshot, {
    ...snapshot,
    ...restOn(event.order, snapshot),
    progress: event.progress ?? snapshot.progress,
    currentEcuId: event.ecuId ?? snapshot.currentEcuId,
  });
}

/** What a TCU says of its offer. A device's word moves the state up to `installed`, never to `confirmed`. */
export function decideStatus(
  snapshot: AssignmentSnapshot,
  event: StatusEvent,
  policy: AssignmentPolicy,
  now: Date,
): AssignmentDecision {
  if (event.attempt < snapshot.attempt) return recorded(event, snapshot, 'stale_attempt');
  if (event.attempt > snapshot.attempt) return recorded(event, snapshot, 'unknown_attempt');
  if (WHOLE_SET.has(event.phase) && event.ecuId !== undefined)
    return recorded(event, snapshot, 'one_ecu_only');
  const rank = isPartial(event) ? PARTIAL_RANK : PHASE_RANK[event.phase];
  const current = rankOf(snapshot);
  if (rank === current) return decideRepetition(snapshot, event);
  if (rank < current) return recorded(event, snapshot, isFinal(snapshot.state) ? 'settled' : 'out_of_order');
  if (isFinal(snapshot.state) && rank < FAILURE_RANK) return recorded(event, snapshot, 'settled');
  // After a return to `pending` ranks begin again, so only the messages' own order tells old from new.
  if (snapshot.returns > 0 && !isNewer(event.order, snapshot))
    return recorded(event, snapshot, 'out_of_order');
  if (event.phase === 'failed' || event.phase === 'rolled_back')
    return decideFailure(snapshot, event, policy, now);
  if (event.phase === 'installed' || event.phase === 'already_installed')
    return decideClaim(snapshot, event, now);
  return decideForward(snapshot, event, policy, now);
}
