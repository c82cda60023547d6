import type { CounterKey } from './counters.ts';
import type { AssignmentState } from './states.ts';

/** Counters of one wave, or of a whole campaign. */
export interface WaveCounts {
  /** Vehicles per state that count in the rates. */
  byState: Partial<Record<AssignmentState, number>>;
  /**
   * Vehicles per state outside of the rates: acknowledged known failures, timed out before acceptance, at the
   * target before any offer.
   */
  acknowledged: Partial<Record<AssignmentState, number>>;
  /** `finishedOf` when failures were last acknowledged; the minimum sample is collected anew from here. */
  sampleBase: number;
}

/** Counter rows (of any shards and waves) as counts. */
export function countsOf(
  rows: readonly (Omit<CounterKey, 'wave'> & { count: number })[],
  sampleBase = 0,
): WaveCounts {
  const counts: WaveCounts = { byState: {}, acknowledged: {}, sampleBase };
  for (const row of rows) {
    const side = row.acknowledged ? counts.acknowledged : counts.byState;
    side[row.state] = (side[row.state] ?? 0) + row.count;
  }
  return counts;
}

function sum(by: Partial<Record<AssignmentState, number>>, states: readonly AssignmentState[]): number {
  return states.reduce((total, state) => total + (by[state] ?? 0), 0);
}

const SUCCEEDED = ['confirmed', 'already_installed'] as const satisfies readonly AssignmentState[];
const ERRED = ['failed', 'rolled_back', 'timed_out'] as const satisfies readonly AssignmentState[];
/** Left out from the start: no vehicle of the campaign. */
export const OUTSIDE = ['not_applicable', 'excluded'] as const satisfies readonly AssignmentState[];
/** Settled without ever having been able to succeed or fail. */
const LEFT_OUT = [
  ...OUTSIDE,
  'declined',
  'rejected',
  'cancelled',
  'unreachable',
  'regressed',
] as const satisfies readonly AssignmentState[];

/** Vehicles of the wave, whatever became of them. */
export function sizeOf(counts: WaveCounts): number {
  const all = [...Object.values(counts.byState), ...Object.values(counts.acknowledged)];
  return all.reduce((total, count) => total + count, 0);
}

/** Vehicles that the wave is for: all but those that it leaves out from the start. What a screen shows a share of. */
export function intendedOf(counts: WaveCounts): number {
  return sizeOf(counts) - sum(counts.byState, OUTSIDE) - sum(counts.acknowledged, OUTSIDE);
}

export function succeededOf(counts: WaveCounts): number {
  return sum(counts.byState, SUCCEEDED);
}

/** Vehicles that run the target, those that did before any offer included: what a screen counts, no gate does. */
export function atTargetOf(counts: WaveCounts): number {
  return succeededOf(counts) + sum(counts.acknowledged, ['already_installed']);
}

/** failed + rolled_back + timed_out after acceptance, without the acknowledged known ones. */
export function erredOf(counts: WaveCounts): number {
  return sum(counts.byState, ERRED);
}

/**
 * confirmed + already_installed + failed + rolled_back + timed_out after acceptance. `unreachable` and
 * acknowledged known failures are in neither numerator nor denominator, nor are vehicles that were at the target
 * before any offer: only an offer that was answered tells how the update does.
 */
export function finishedOf(counts: WaveCounts): number {
  return succeededOf(counts) + erredOf(counts);
}

/** Finished since failures were last acknowledged: what the minimum sample is compared with. */
export function sampleOf(counts: WaveCounts): number {
  return Math.max(0, finishedOf(counts) - counts.sampleBase);
}

/** Share of the finished that erred; 0 where none has finished. */
export function errorRateOf(counts: WaveCounts): number {
  const finished = finishedOf(counts);
  return finished === 0 ? 0 : erredOf(counts) / finished;
}

/** Share of the finished that succeeded; 1 where none has finished. */
export function successRateOf(counts: WaveCounts): number {
  const finished = finishedOf(counts);
  return finished === 0 ? 1 : succeededOf(counts) / finished;
}

/** Vehicles that have finished or still may: the largest sample that this wave can yield. */
export function attainableOf(counts: WaveCounts): number {
  return Math.max(
    0,
    sizeOf(counts) -
      sum(counts.byState, LEFT_OUT) -
      sum(counts.acknowledged, [...ERRED, 'already_installed']),
  );
}

/** Vehicles of which something is still expected. */
export function openOf(counts: WaveCounts): number {
  return Math.max(0, attainableOf(counts) - finishedOf(counts));
}
