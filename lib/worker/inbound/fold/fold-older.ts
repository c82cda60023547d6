import type { ReportMessage } from '../messages.ts';
import { historyRow, isSameVersion, later } from './fold-current.ts';
import type { HistoryRow, VehicleChanges, VehicleRecord } from './vehicle-record.ts';

/** How far below the newest report an unknown one may be late; further down only a lost counter explains it. */
export const LATE_WINDOW = 1_000;

export type OlderVerdict = 'repeated' | 'late' | 'counter_lost';

/**
 * Folds a full report that is not newer than the current one: it may fill history, never the current state.
 *
 * Every ECU as the history shows it at that sequence: `repeated`, a redelivered or resent message. Otherwise
 * `late`: its changes are inserted at their place, unless the change that follows says the same. The counter
 * was lost (`counter_lost`) where the history has something else at this very sequence, or where the sequence
 * is more than `LATE_WINDOW` below the current report; nothing is stored then, the TCU is asked to continue
 * above.
 */
export function foldOlderReport(
  vehicle: VehicleRecord,
  message: ReportMessage,
  history: readonly HistoryRow[],
  changes: VehicleChanges,
): OlderVerdict {
  const at = message.raw.receivedAt;
  const position = { epoch: vehicle.epoch, sequence: message.sequence, at };
  const known = Map.groupBy([...history, ...changes.history].sort(byPosition), (row) => row.ecuId);
  const inserted: HistoryRow[] = [];
  for (const shown of shownBy(vehicle, message, position, known)) {
    const rows = known.get(shown.ecuId) ?? [];
    const before = rows.findLast((row) => byPosition(row, shown) <= 0);
    if (before && isSameVersion(before, shown)) continue;
    if (before && byPosition(before, shown) === 0) return 'counter_lost';
    const after = rows.find((row) => byPosition(row, shown) > 0);
    if (after && isSameVersion(after, shown)) continue;
    inserted.push(shown);
    const current = vehicle.ecus.get(shown.ecuId);
    if (!after && current && !isSameVersion(current, shown)) {
      // Nothing later tells that the ECU went back to what it runs now: the current report does.
      inserted.push(historyRow(vehicle.vin, current, { ...position, sequence: vehicle.reportSequence }));
    }
  }
  if (inserted.length === 0) return 'repeated';
  if (message.sequence + LATE_WINDOW <= vehicle.reportSequence) return 'counter_lost';
  changes.history.push(...inserted);
  vehicle.lastSeenAt = later(vehicle.lastSeenAt, at);
  return 'late';
}

/** Every ECU as this report shows it; known ones that it leaves out are missing. */
function shownBy(
  vehicle: VehicleRecord,
  message: ReportMessage,
  position: { epoch: number; sequence: number; at: Date },
  known: ReadonlyMap<string, HistoryRow[]>,
): HistoryRow[] {
  const { ecus } = message.report;
  const reported = ecus.map((ecu) =>
    historyRow(vehicle.vin, { ...ecu, serial: ecu.serial ?? null, state: 'present' }, position),
  );
  const named = new Set(ecus.map((ecu) => ecu.ecuId));
  for (const [ecuId, rows] of known) {
    const before = rows.findLast((row) => byPosition(row, position) <= 0);
    if (!named.has(ecuId) && before) {
      reported.push(historyRow(vehicle.vin, { ...before, state: 'missing' }, position));
    }
  }
  return reported;
}

type Place = Pick<HistoryRow, 'epoch' | 'sequence'>;

function byPosition(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.sequence - b.sequence;
}
