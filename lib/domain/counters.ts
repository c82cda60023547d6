import { type AssignmentSnapshot, wasEverOffered } from './assignment-snapshot.ts';
import type { AssignmentState } from './states.ts';

/** One counter of a wave: how many vehicles are in a state, those outside of the rates apart. */
export interface CounterKey {
  wave: number;
  state: AssignmentState;
  /**
   * Counts neither as finished nor as failed: an acknowledged known failure, timed out before acceptance, or at
   * the target without ever having been offered it, which proves nothing about the update.
   */
  acknowledged: boolean;
}

export interface CounterDelta extends CounterKey {
  delta: 1 | -1;
}

type Counted = Pick<
  AssignmentSnapshot,
  'state' | 'acknowledgedFailure' | 'accepted' | 'notifiedAt' | 'acknowledgedAt' | 'attempt'
> & { wave: number };

const FAILURES: ReadonlySet<AssignmentState> = new Set(['failed', 'rolled_back', 'timed_out']);

/** The counter that an assignment is in. Each is in exactly one, so sums never pass the number of vehicles. */
export function counterKeyOf(assignment: Counted): CounterKey {
  const { wave, state, acknowledgedFailure, accepted } = assignment;
  const leftOutFailure = FAILURES.has(state) && (acknowledgedFailure || (state === 'timed_out' && !accepted));
  const unprovenSuccess = state === 'already_installed' && !wasEverOffered(assignment);
  return { wave, state, acknowledged: leftOutFailure || unprovenSuccess };
}

function isSame(a: CounterKey, b: CounterKey): boolean {
  return a.wave === b.wave && a.state === b.state && a.acknowledged === b.acknowledged;
}

/** What a change does to the counters; `null` before a vehicle joins and after it leaves. */
export function counterDeltas(before: Counted | null, after: Counted | null): CounterDelta[] {
  const from = before && counterKeyOf(before);
  const to = after && counterKeyOf(after);
  if (from && to && isSame(from, to)) return [];
  const deltas: CounterDelta[] = [];
  if (from) deltas.push({ ...from, delta: -1 });
  if (to) deltas.push({ ...to, delta: 1 });
  return deltas;
}

/**
 * Sums deltas per counter and leaves out what cancels out, so that a batch writes each counter row once.
 * Sorted by key: workers that take rows in this order never deadlock.
 */
export function sumDeltas(deltas: readonly CounterDelta[]): (CounterKey & { delta: number })[] {
  const sums = new Map<string, CounterKey & { delta: number }>();
  for (const { wave, state, acknowledged, delta } of deltas) {
    const key = `${String(wave).padStart(4, '0')} ${state} ${acknowledged}`;
    const sum = sums.get(key);
    if (sum) sum.delta += delta;
    else sums.set(key, { wave, state, acknowledged, delta });
  }
  return [...sums]
    .filter(([, sum]) => sum.delta !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => sum);
}
