import type {
  HeartbeatMessage,
  PresenceMessage,
  ReportMessage,
  StatusMessage,
  UnchangedReport,
  VehicleMessage,
} from '../messages.ts';
import { reject } from '../parse.ts';
import { foldCurrentReport, later, skewOf } from './fold-current.ts';
import { foldOlderReport } from './fold-older.ts';
import {
  type HistoryRow,
  noChanges,
  type StoredStatus,
  type VehicleChanges,
  type VehicleRecord,
} from './vehicle-record.ts';

/** A vehicle is asked for a full report at most this often. */
export const REQUEST_INTERVAL_MS = 60_000;
/** A heartbeat below the counter this long after the last message is no redelivery any more. */
const REDELIVERY_MS = 30_000;

/** What is already stored and bears on this batch. */
export type FoldContext = {
  /** Version history, where a report is not newer than the current one. */
  history: readonly HistoryRow[];
  /** Statuses of this epoch that are stored under a sequence of the batch. */
  statuses: ReadonlyMap<number, StoredStatus>;
  now: Date;
};

/** Messages that repeat the current configuration have been told apart before; the rest is in here. */
export type FoldableMessage = Exclude<VehicleMessage, UnchangedReport>;

/**
 * Folds the messages of one vehicle in a batch into its record. Order is (epoch, sequence), not arrival,
 * unless the TCU changed within the batch. Changes `vehicle`; the rest of the outcome is returned.
 */
export function foldVehicle(
  vehicle: VehicleRecord,
  messages: readonly FoldableMessage[],
  context: FoldContext,
): VehicleChanges {
  const changes = noChanges();
  const statuses = new Map(context.statuses);
  const { lastSeenAt } = vehicle;
  for (const message of inOrder(vehicle, messages)) {
    const { epoch } = vehicle;
    switch (message.kind) {
      case 'report':
        foldReport(vehicle, message, context, changes);
        if (vehicle.epoch !== epoch) statuses.clear();
        break;
      case 'heartbeat':
        foldHeartbeat(vehicle, message, context.now, changes);
        break;
      case 'status':
        foldStatus(vehicle, message, statuses, context.now, changes);
        break;
      case 'presence':
        foldPresence(vehicle, message, changes);
        break;
      case 'receipt':
        changes.receipts.push(message);
        break;
    }
  }
  if (vehicle.lastSeenAt !== lastSeenAt) foldSign(vehicle, changes);
  return changes;
}

/** A vehicle that never told its presence is there while it speaks; silence takes it offline again. */
function foldSign(vehicle: VehicleRecord, changes: VehicleChanges): void {
  if (vehicle.online || vehicle.presenceAt !== null) return;
  vehicle.online = true;
  changes.presence.push('wentOnline');
}

function inOrder(vehicle: VehicleRecord, messages: readonly FoldableMessage[]): readonly FoldableMessage[] {
  if (changesTcu(vehicle, messages)) return messages;
  return messages.toSorted((a, b) => sequenceOf(a) - sequenceOf(b));
}

/** Reports of more than one TCU, the known one included: their numbers cannot be compared. */
export function changesTcu(
  { tcuSerial }: Pick<VehicleRecord, 'tcuSerial'>,
  messages: readonly FoldableMessage[],
): boolean {
  let known = tcuSerial;
  for (const message of messages) {
    if (message.kind !== 'report') continue;
    const { serial } = message.report.tcu;
    if (known !== null && known !== serial) return true;
    known = serial;
  }
  return false;
}

/** Presence and receipts have no sequence; they come first and keep their order. */
function sequenceOf(message: FoldableMessage): number {
  return 'sequence' in message ? message.sequence : 0;
}

function foldReport(
  vehicle: VehicleRecord,
  message: ReportMessage,
  context: FoldContext,
  changes: VehicleChanges,
): void {
  const { serial } = message.report.tcu;
  if (vehicle.tcuSerial !== serial) {
    if (vehicle.formerSerials.includes(serial)) {
      const detail = `The TCU ${serial} was replaced by ${vehicle.tcuSerial ?? 'another one'}.`;
      changes.rejected.push(reject(message.raw, 'replaced_tcu', detail, vehicle.vin));
      return;
    }
    openEpoch(vehicle, message, changes);
  }
  if (message.sequence > vehicle.reportSequence) {
    foldCurrentReport(vehicle, message, changes);
    acknowledge(changes, message.sequence);
    return;
  }
  const isCurrent =
    message.sequence === vehicle.reportSequence && message.fingerprint === vehicle.fingerprint;
  const verdict = isCurrent ? 'repeated' : foldOlderReport(vehicle, message, context.history, changes);
  if (verdict === 'counter_lost') requestHigherCounter(vehicle, message, context.now, changes);
  else acknowledge(changes, message.sequence);
}

function openEpoch(vehicle: VehicleRecord, message: ReportMessage, changes: VehicleChanges): void {
  const at = message.raw.receivedAt;
  const { serial } = message.report.tcu;
  if (vehicle.tcuSerial !== null) {
    vehicle.formerSerials.push(vehicle.tcuSerial);
    vehicle.epoch += 1;
    vehicle.sequence = 0;
    vehicle.reportSequence = 0;
    vehicle.tcuReplacedAt = at;
    changes.acknowledge = 0;
    changes.timeline.push({
      vin: vehicle.vin,
      at,
      kind: 'tcu_replaced',
      detail: `${vehicle.tcuSerial} → ${serial}`,
      data: { from: vehicle.tcuSerial, to: serial, epoch: vehicle.epoch },
    });
  }
  vehicle.tcuSerial = serial;
  changes.openedEpochs.push({ epoch: vehicle.epoch, serial, openedAt: at });
}

function foldHeartbeat(
  vehicle: VehicleRecord,
  message: HeartbeatMessage,
  now: Date,
  changes: VehicleChanges,
): void {
  const at = message.raw.receivedAt;
  const isKnown = message.fingerprint === vehicle.fingerprint;
  const silentMs = at.getTime() - (vehicle.lastSeenAt?.getTime() ?? 0);
  if (message.sequence > vehicle.sequence) {
    vehicle.sequence = message.sequence;
    if (isKnown && !changes.inventory) {
      changes.inventory = {
        vin: vehicle.vin,
        epoch: vehicle.epoch,
        sequence: message.sequence,
        changed: false,
      };
    }
    if (!isKnown) requestReport(vehicle, now, changes, undefined);
  } else if (message.sequence < vehicle.sequence && (!isKnown || silentMs > REDELIVERY_MS)) {
    requestReport(vehicle, now, changes, vehicle.sequence);
  }
  vehicle.firstSeenAt ??= at;
  vehicle.lastSeenAt = later(vehicle.lastSeenAt, at);
  vehicle.clockSkewMs = skewOf(message.reportedAt, at) ?? vehicle.clockSkewMs;
}

function foldStatus(
  vehicle: VehicleRecord,
  message: StatusMessage,
  statuses: Map<number, StoredStatus>,
  now: Date,
  changes: VehicleChanges,
): void {
  const at = message.raw.receivedAt;
  const stored = statuses.get(message.sequence);
  const said = statusKey(message);
  if (stored) {
    const isSame =
      stored.campaignId === said.campaignId &&
      stored.attempt === said.attempt &&
      stored.phase === said.phase &&
      stored.ecuId === said.ecuId;
    if (isSame) acknowledge(changes, message.sequence);
    else requestHigherCounter(vehicle, message, now, changes);
    return;
  }
  statuses.set(message.sequence, said);
  vehicle.sequence = Math.max(vehicle.sequence, message.sequence);
  vehicle.statusCount += 1;
  vehicle.firstSeenAt ??= at;
  vehicle.lastSeenAt = later(vehicle.lastSeenAt, at);
  changes.statuses.push({ message, epoch: vehicle.epoch });
  acknowledge(changes, message.sequence);
}

function statusKey({ status }: StatusMessage): StoredStatus {
  const { campaignId, attempt, phase, ecuId } = status;
  return { campaignId, attempt, phase, ecuId: ecuId ?? null };
}

/** The offline will of an earlier connection says nothing about the present one. */
function foldPresence(vehicle: VehicleRecord, message: PresenceMessage, changes: VehicleChanges): void {
  const { state, connectionId } = message.presence;
  const at = message.raw.receivedAt;
  const isOnline = state === 'online';
  if (!isOnline && vehicle.connectionId !== null && vehicle.connectionId !== connectionId) return;
  const isNew = vehicle.online !== isOnline;
  if (!isNew && vehicle.connectionId === connectionId) return;
  vehicle.online = isOnline;
  vehicle.connectionId = connectionId;
  vehicle.presenceAt = at;
  if (isOnline) vehicle.lastSeenAt = later(vehicle.lastSeenAt, at);
  if (!isNew) return;
  changes.presence.push(isOnline ? 'wentOnline' : 'wentOffline');
  changes.timeline.push({ vin: vehicle.vin, at, kind: 'presence', code: state, data: { connectionId } });
}

function acknowledge(changes: VehicleChanges, sequence: number): void {
  changes.acknowledge = Math.max(changes.acknowledge, sequence);
}

/** The same TCU counts from below: its numbers meant other messages once, so it is told to go on above. */
function requestHigherCounter(
  vehicle: VehicleRecord,
  message: ReportMessage | StatusMessage,
  now: Date,
  changes: VehicleChanges,
): void {
  const at = message.raw.receivedAt;
  if (!requestReport(vehicle, now, changes, vehicle.sequence)) return;
  changes.timeline.push({
    vin: vehicle.vin,
    at,
    kind: 'counter_lost',
    detail: `The TCU counts from ${message.sequence}, ${vehicle.sequence} is known; it was told to go on above.`,
    data: { sequence: message.sequence, known: vehicle.sequence },
  });
}

function requestReport(
  vehicle: VehicleRecord,
  now: Date,
  changes: VehicleChanges,
  minSequence: number | undefined,
): boolean {
  const askedAt = vehicle.reportRequestedAt?.getTime() ?? 0;
  if (now.getTime() - askedAt < REQUEST_INTERVAL_MS) return false;
  vehicle.reportRequestedAt = now;
  changes.request = { minSequence };
  return true;
}
