import type { ReportMessage } from '../messages.ts';
import type {
  EcuExtent,
  EcuRecord,
  HistoryRow,
  TimelineRow,
  VehicleChanges,
  VehicleRecord,
} from './vehicle-record.ts';

type ReportedEcu = ReportMessage['report']['ecus'][number];

/** Makes a report that is newer than any before it the vehicle's current state. */
export function foldCurrentReport(
  vehicle: VehicleRecord,
  message: ReportMessage,
  changes: VehicleChanges,
): void {
  const { report, raw } = message;
  const at = raw.receivedAt;
  const isFirst = vehicle.ecus.size === 0;
  const isSame = vehicle.fingerprint === message.fingerprint;
  if (!isSame) {
    for (const reported of report.ecus) foldEcu(vehicle, message, reported, changes, isFirst);
    foldMissing(vehicle, message, changes);
  }
  if (isFirst) changes.timeline.push(firstReportRow(vehicle, message));
  vehicle.fingerprint = message.fingerprint;
  vehicle.tcuSoftwareVersion = report.tcu.softwareVersion;
  vehicle.reportSequence = message.sequence;
  vehicle.sequence = Math.max(vehicle.sequence, message.sequence);
  vehicle.firstSeenAt ??= at;
  vehicle.lastSeenAt = later(vehicle.lastSeenAt, at);
  vehicle.lastReportAt = later(vehicle.lastReportAt, at);
  vehicle.clockSkewMs = skewOf(report.reportedAt, at);
  changes.slice = message.slice;
  changes.inventory = {
    vin: vehicle.vin,
    epoch: vehicle.epoch,
    sequence: message.sequence,
    changed: !isSame || (changes.inventory?.changed ?? false),
  };
}

/** Vehicle clock minus server clock in ms; null where the vehicle does not tell. */
export function skewOf(reportedAt: string | undefined, receivedAt: Date): number | null {
  return reportedAt === undefined ? null : Date.parse(reportedAt) - receivedAt.getTime();
}

export function later(a: Date | null, b: Date): Date {
  return a !== null && a > b ? a : b;
}

/** One ECU's state as the history keeps it. */
export function historyRow(
  vin: string,
  ecu: Pick<HistoryRow, 'ecuId' | 'type' | 'hardwareVersion' | 'softwareVersion' | 'serial' | 'state'>,
  position: { epoch: number; sequence: number; at: Date },
): HistoryRow {
  const { ecuId, type, hardwareVersion, softwareVersion, serial, state } = ecu;
  return { vin, ecuId, type, hardwareVersion, softwareVersion, serial, state, ...position };
}

function foldEcu(
  vehicle: VehicleRecord,
  message: ReportMessage,
  reported: ReportedEcu,
  changes: VehicleChanges,
  isFirst: boolean,
): void {
  const at = message.raw.receivedAt;
  const before = vehicle.ecus.get(reported.ecuId);
  if (before && isAsReported(before, reported)) return;
  const swapped = before !== undefined && isSwap(before, reported);
  const after: EcuRecord = {
    ecuId: reported.ecuId,
    type: reported.type,
    hardwareVersion: reported.hardwareVersion,
    softwareVersion: reported.softwareVersion,
    partNumber: reported.partNumber ?? null,
    serial: reported.serial ?? null,
    status: reported.status,
    faults: reported.faults ?? [],
    state: 'present',
    swappedAt: swapped ? at : (before?.swappedAt ?? null),
    changedAt: at,
  };
  vehicle.ecus.set(after.ecuId, after);
  noteDirty(changes, after.ecuId, extentOf(before, reported, swapped));
  const position = { epoch: vehicle.epoch, sequence: message.sequence, at };
  if (!before || !isSameVersion(before, after))
    changes.history.push(historyRow(vehicle.vin, after, position));
  if (!isFirst) changes.timeline.push(...ecuRows(vehicle, position, before, after, swapped));
}

function extentOf(before: EcuRecord | undefined, reported: ReportedEcu, swapped: boolean): EcuExtent {
  if (!before) return 'new';
  const { softwareVersion } = reported;
  return !swapped && isAsReported({ ...before, softwareVersion }, reported) ? 'version' : 'all';
}

/** An ECU that changes twice in a batch is written once, with what both came to. */
function noteDirty({ dirtyEcus }: VehicleChanges, ecuId: string, extent: EcuExtent): void {
  const earlier = dirtyEcus.get(ecuId) ?? extent;
  dirtyEcus.set(ecuId, earlier === 'version' ? extent : earlier);
}

function foldMissing(vehicle: VehicleRecord, message: ReportMessage, changes: VehicleChanges): void {
  const at = message.raw.receivedAt;
  // All that were reported are there now: as many are there as were reported, so none is absent.
  if (vehicle.ecus.size === message.report.ecus.length) return;
  const present = new Set(message.report.ecus.map((ecu) => ecu.ecuId));
  for (const before of vehicle.ecus.values()) {
    if (present.has(before.ecuId) || before.state === 'missing') continue;
    const after: EcuRecord = { ...before, state: 'missing', changedAt: at };
    vehicle.ecus.set(after.ecuId, after);
    noteDirty(changes, after.ecuId, 'all');
    const position = { epoch: vehicle.epoch, sequence: message.sequence, at };
    changes.history.push(historyRow(vehicle.vin, after, position));
    changes.timeline.push(row('ecu_missing', vehicle, position, after, 'absent from the full report', {}));
  }
}

type Position = { epoch: number; sequence: number; at: Date };

function ecuRows(
  vehicle: VehicleRecord,
  position: Position,
  before: EcuRecord | undefined,
  after: EcuRecord,
  swapped: boolean,
): TimelineRow[] {
  if (!before) {
    return [row('ecu_added', vehicle, position, after, after.softwareVersion, { to: after.softwareVersion })];
  }
  const rows: TimelineRow[] = [];
  if (before.state === 'missing')
    rows.push(row('ecu_returned', vehicle, position, after, after.softwareVersion, {}));
  if (swapped) {
    const data = {
      from: { hardwareVersion: before.hardwareVersion, serial: before.serial },
      to: { hardwareVersion: after.hardwareVersion, serial: after.serial },
    };
    rows.push(row('ecu_swapped', vehicle, position, after, 'serial or hardware version changed', data));
  }
  if (before.softwareVersion !== after.softwareVersion) {
    const data = { from: before.softwareVersion, to: after.softwareVersion };
    rows.push(row('version_changed', vehicle, position, after, `${data.from} → ${data.to}`, data));
  }
  return rows;
}

/** Several ECUs may change in one message, so its position stands in `data`: the columns are unique. */
function row(
  kind: string,
  vehicle: VehicleRecord,
  { epoch, sequence, at }: Position,
  ecu: EcuRecord,
  detail: string,
  data: object,
): TimelineRow {
  return { vin: vehicle.vin, at, kind, ecuId: ecu.ecuId, detail, data: { ...data, epoch, sequence } };
}

function firstReportRow(vehicle: VehicleRecord, message: ReportMessage): TimelineRow {
  return {
    vin: vehicle.vin,
    at: message.raw.receivedAt,
    kind: 'first_report',
    detail: `${message.report.ecus.length} ECUs`,
    epoch: vehicle.epoch,
    sequence: message.sequence,
  };
}

/** A part was exchanged: its hardware version changed, or its serial, where both are known. */
function isSwap(before: EcuRecord, after: ReportedEcu): boolean {
  const serialChanged =
    before.serial !== null && after.serial !== undefined && before.serial !== after.serial;
  return serialChanged || before.hardwareVersion !== after.hardwareVersion;
}

type VersionPart = Pick<EcuRecord, 'type' | 'hardwareVersion' | 'softwareVersion' | 'serial' | 'state'>;

/** Equal as far as the version history is concerned. */
export function isSameVersion(a: VersionPart, b: VersionPart): boolean {
  return (
    a.softwareVersion === b.softwareVersion &&
    a.hardwareVersion === b.hardwareVersion &&
    a.type === b.type &&
    a.serial === b.serial &&
    a.state === b.state
  );
}

/** The record says what was reported; then nothing was swapped either. */
function isAsReported(record: EcuRecord, reported: ReportedEcu): boolean {
  const faults = reported.faults ?? [];
  return (
    record.state === 'present' &&
    record.softwareVersion === reported.softwareVersion &&
    record.hardwareVersion === reported.hardwareVersion &&
    record.type === reported.type &&
    record.serial === (reported.serial ?? null) &&
    record.partNumber === (reported.partNumber ?? null) &&
    record.status === reported.status &&
    record.faults.length === faults.length &&
    record.faults.every((fault, index) => fault === faults[index])
  );
}
