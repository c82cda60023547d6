import type { OtaPhase } from '../protocol/ota-status.ts';
import type { EndBehaviour, FailureClass, PhaseTimeouts, RetryPolicy } from './campaign-definition.ts';
import type { AssignmentState } from './states.ts';

/** Position of a vehicle's message: its TCU's epoch, then its one counter. Orders everything a vehicle says. */
export interface MessageOrder {
  epoch: number;
  sequence: number;
}

/** One row of `assignments` as far as the machine reads or writes it; timestamps are those of this attempt. */
export interface AssignmentSnapshot {
  state: AssignmentState;
  phaseAt: Date;
  attempt: number;
  /** Times that this attempt went back to `pending` (deferred, or a refusal that is offered again). */
  returns: number;
  /** Offers published in this attempt, repetitions included. */
  offers: number;
  /** The vehicle accepted an offer of this campaign, in whichever attempt. */
  accepted: boolean;
  /** The furthest phase that moved this attempt. */
  lastPhase: OtaPhase | null;
  progress: number | null;
  /** ECU that the last phase spoke of. */
  currentEcuId: string | null;
  /** Position of the newest vehicle message that this state rests on; zeros before the first. */
  orderEpoch: number;
  orderSequence: number;
  notifiedAt: Date | null;
  deliveredAt: Date | null;
  acknowledgedAt: Date | null;
  downloadingAt: Date | null;
  verifiedAt: Date | null;
  installingAt: Date | null;
  installedAt: Date | null;
  finishedAt: Date | null;
  /** Phase clock: milliseconds online in this phase before `clockSince`, which is `null` while it stands. */
  phaseOnlineMs: number;
  clockSince: Date | null;
  /** The dispatcher offers (again) from this instant on; `null` where nothing is to be offered. */
  dueAt: Date | null;
  /** A failed attempt is repeated by itself at this instant. */
  retryAt: Date | null;
  cancelRequestedAt: Date | null;
  reasonCode: string | null;
  failureClass: FailureClass | null;
  failedEcuId: string | null;
  /** ECUs left neither old nor new; not empty only for `failed` with the code `partial`. */
  partialEcus: string[];
  /** Proof came after the state had been settled otherwise. */
  late: boolean;
  /** `already_installed` on the device's word alone. */
  provisional: boolean;
  /** An operator took note of this failure; it no longer counts against the thresholds. */
  acknowledgedFailure: boolean;
}

/** What newer inventory says of the ECUs that this vehicle's plan changes. */
export type InventoryVerdict =
  | { kind: 'at_target' }
  | { kind: 'not_at_target' }
  /** Some ECUs of the plan are at their target and `ecuIds` are not. */
  | { kind: 'partial'; ecuIds: string[] };

export interface StatusEvent {
  kind: 'status';
  attempt: number;
  order: MessageOrder;
  phase: OtaPhase;
  ecuId?: string | undefined;
  progress?: number | undefined;
  code?: string | undefined;
  partialEcus?: readonly string[] | undefined;
}

export type AssignmentEvent =
  /** The broker took the offer over (PUBACK), or the announcement that contains this vehicle. */
  | { kind: 'published'; attempt: number; online: boolean }
  /** The broker saw the vehicle's PUBACK or PUBCOMP of the offer. */
  | { kind: 'receipt'; attempt: number }
  | StatusEvent
  /** A full report, or a heartbeat that vouches for a known one. */
  | { kind: 'inventory'; order: MessageOrder; verdict: InventoryVerdict }
  | { kind: 'wentOnline' }
  | { kind: 'wentOffline' }
  | { kind: 'tick' }
  /** By a person, or by a pause, an abort, a withdrawal. */
  | { kind: 'cancelRequested'; code: string }
  /** The offer is gone without the vehicle's answer, e.g. its TCU was retired. */
  | { kind: 'cancelled'; code: string }
  | { kind: 'retryRequested' }
  | { kind: 'excluded'; code: string }
  /** Back into the queue; `asked`: a person wants a refused offer made again, or a cancelled one after a pause. */
  | { kind: 'repended'; asked: boolean }
  | { kind: 'campaignEnded'; behaviour: EndBehaviour; waveBegun: boolean };

export interface AssignmentPolicy {
  timeouts: PhaseTimeouts;
  retry: RetryPolicy;
  offerAgainAfterRefusal: boolean;
  /** From the campaign's end on, phase clocks run whether the vehicle is online or not. */
  campaignEndedAt: Date | null;
}

/** Why a message left a row and nothing else. */
export type RecordedReason =
  | 'duplicate'
  | 'out_of_order'
  | 'stale_attempt'
  | 'unknown_attempt'
  | 'settled'
  | 'one_ecu_only'
  | 'too_late'
  | 'not_retryable'
  | 'not_allowed';

/** A row of the vehicle's timeline; the caller adds campaign, VIN, instant and message. */
export interface TimelineEntry {
  event: AssignmentEvent['kind'];
  attempt: number;
  from: AssignmentState;
  to: AssignmentState;
  phase: OtaPhase | null;
  code: string | null;
  ecuId: string | null;
  recorded: RecordedReason | null;
}

/** What has to happen outside of the row, after it is stored. */
export type AssignmentEffect =
  | { kind: 'requestReport' }
  | { kind: 'publishCancellation' }
  | { kind: 'blockVehicle'; ecuIds: string[] };

export type AssignmentDecision =
  | { kind: 'moved'; next: AssignmentSnapshot; timeline: TimelineEntry[]; effects: AssignmentEffect[] }
  /** A row and nothing else. */
  | { kind: 'recorded'; timeline: TimelineEntry[] }
  /** No news: nothing is written. Never the answer to a status or a receipt. */
  | { kind: 'unchanged' };

/** Tells whether an offer of this campaign ever reached the broker for the vehicle, or was answered by it. */
export function wasEverOffered(
  snapshot: Pick<AssignmentSnapshot, 'notifiedAt' | 'acknowledgedAt' | 'attempt'>,
): boolean {
  return snapshot.notifiedAt !== null || snapshot.acknowledgedAt !== null || snapshot.attempt > 1;
}

/** A freshly planned assignment: `pending` and due at once, or settled by what the plan already knows. */
export function newAssignment(
  now: Date,
  settled?: { state: 'already_installed' | 'excluded'; code: string },
): AssignmentSnapshot {
  return {
    state: settled?.state ?? 'pending',
    phaseAt: now,
    attempt: 1,
    returns: 0,
    offers: 0,
    accepted: false,
    lastPhase: null,
    progress: null,
    currentEcuId: null,
    orderEpoch: 0,
    orderSequence: 0,
    notifiedAt: null,
    deliveredAt: null,
    acknowledgedAt: null,
    downloadingAt: null,
    verifiedAt: null,
    installingAt: null,
    installedAt: null,
    finishedAt: settled ? now : null,
    phaseOnlineMs: 0,
    clockSince: null,
    dueAt: settled ? null : now,
    retryAt: null,
    cancelRequestedAt: null,
    reasonCode: settled?.code ?? null,
    failureClass: null,
    failedEcuId: null,
    partialEcus: [],
    late: false,
    provisional: false,
    acknowledgedFailure: false,
  };
}
