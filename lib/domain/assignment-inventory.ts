import { enter, isNewer, moved, movedSilently, restOn, UNCHANGED } from './assignment-moves.ts';
import { isFinal } from './assignment-rank.ts';
import {
  type AssignmentDecision,
  type AssignmentEvent,
  type AssignmentSnapshot,
  wasEverOffered,
} from './assignment-snapshot.ts';
import type { AssignmentState } from './states.ts';

type InventoryEvent = Extract<AssignmentEvent, { kind: 'inventory' }>;

/** Where the device claims success, or nothing of the set is left changed: mixed ECUs contradict both. */
const MIXED_IS_PARTIAL: ReadonlySet<AssignmentState> = new Set(['installed', 'rolled_back', 'failed']);

function decideAtTarget(snapshot: AssignmentSnapshot, event: InventoryEvent, now: Date): AssignmentDecision {
  const order = restOn(event.order, snapshot);
  if (snapshot.state === 'confirmed') return UNCHANGED;
  if (snapshot.state === 'already_installed') {
    return snapshot.provisional
      ? moved(event, snapshot, { ...snapshot, ...order, provisional: false })
      : UNCHANGED;
  }
  const everOffered = wasEverOffered(snapshot);
  const next = enter(snapshot, everOffered ? 'confirmed' : 'already_installed', now, {
    ...order,
    late: everOffered && isFinal(snapshot.state),
    provisional: false,
    progress: null,
    currentEcuId: null,
    reasonCode: null,
    failureClass: null,
    failedEcuId: null,
    partialEcus: [],
    acknowledgedFailure: false,
  });
  return moved(event, snapshot, next);
}

function decideRegressed(snapshot: AssignmentSnapshot, event: InventoryEvent, now: Date): AssignmentDecision {
  const mixed = event.verdict.kind === 'partial' ? event.verdict.ecuIds : [];
  const next = enter(snapshot, 'regressed', now, {
    ...restOn(event.order, snapshot),
    reasonCode: 'regressed',
    failedEcuId: mixed[0] ?? null,
  });
  return moved(event, snapshot, next, [], 'regressed');
}

function decidePartial(
  snapshot: AssignmentSnapshot,
  event: InventoryEvent,
  ecuIds: string[],
  now: Date,
): AssignmentDecision {
  const next = enter(snapshot, 'failed', now, {
    ...restOn(event.order, snapshot),
    reasonCode: 'partial',
    failureClass: snapshot.failureClass ?? 'installation',
    failedEcuId: ecuIds[0] ?? null,
    partialEcus: ecuIds,
    acknowledgedFailure: false,
  });
  return moved(event, snapshot, next, [{ kind: 'blockVehicle', ecuIds }], 'partial');
}

function decideUnproven(snapshot: AssignmentSnapshot, event: InventoryEvent, now: Date): AssignmentDecision {
  const next = enter(snapshot, 'failed', now, {
    ...restOn(event.order, snapshot),
    reasonCode: 'unproven',
    failureClass: 'installation',
    provisional: false,
  });
  return moved(event, snapshot, next, [], 'unproven');
}

/**
 * What newer inventory proves. It must be newer than every message that the state rests on (an older one may
 * fill history only); what the vehicle shows then counts from whatever state.
 */
export function decideInventory(
  snapshot: AssignmentSnapshot,
  event: InventoryEvent,
  now: Date,
): AssignmentDecision {
  if (!isNewer(event.order, snapshot)) return UNCHANGED;
  const { verdict } = event;
  if (verdict.kind === 'at_target') return decideAtTarget(snapshot, event, now);
  const { state } = snapshot;
  if (state === 'confirmed' || (state === 'already_installed' && !snapshot.provisional)) {
    return decideRegressed(snapshot, event, now);
  }
  if (verdict.kind === 'partial' && MIXED_IS_PARTIAL.has(state)) {
    if (snapshot.partialEcus.length === 0) return decidePartial(snapshot, event, verdict.ecuIds, now);
    const same = snapshot.partialEcus.join() === verdict.ecuIds.join();
    return same
      ? UNCHANGED
      : movedSilently({ ...snapshot, ...restOn(event.order, snapshot), partialEcus: verdict.ecuIds });
  }
  if (state === 'installed' || state === 'already_installed') return decideUnproven(snapshot, event, now);
  return UNCHANGED;
}
