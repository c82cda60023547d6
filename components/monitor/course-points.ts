import type { AssignmentState } from '#lib/domain/states.ts';
import type { Course } from './monitor-types.ts';

export type CoursePoint = {
  /** ms since 1970 */
  at: number;
  counts: Record<string, number>;
  /** The last event up to here; null before the first. */
  lastId: string | null;
};

/** Vehicles per state after each step of a course, found by going back from the present. */
export function pointsOf({ counts, stepSeconds, steps }: Course): CoursePoint[] {
  const first = steps[0];
  if (!first) return [];
  const points: CoursePoint[] = [];
  let current = counts;
  for (const step of steps.toReversed()) {
    points.push({ at: step.at * 1000, counts: current, lastId: step.lastId });
    current = before(current, step.changes);
  }
  points.push({ at: (first.at - stepSeconds) * 1000, counts: current, lastId: null });
  return points.reverse();
}

function before(counts: Record<string, number>, changes: Record<string, number>): Record<string, number> {
  const earlier = { ...counts };
  for (const [state, change] of Object.entries(changes)) {
    earlier[state] = Math.max(0, (earlier[state] ?? 0) - change);
  }
  return earlier;
}

type Layer = { key: string; label: string; colour: string; opacity: number; states: AssignmentState[] };

/** What the course is drawn of, from the bottom up. */
export const LAYERS: readonly Layer[] = [
  {
    key: 'done',
    label: 'At target',
    colour: 'var(--done)',
    opacity: 0.85,
    states: ['confirmed', 'already_installed'],
  },
  {
    key: 'failed',
    label: 'Failed',
    colour: 'var(--failed)',
    opacity: 0.85,
    states: ['failed', 'rolled_back', 'timed_out', 'rejected', 'regressed'],
  },
  {
    key: 'working',
    label: 'Downloading, installing',
    colour: 'var(--running)',
    opacity: 0.85,
    states: ['downloading', 'verified', 'installing', 'installed'],
  },
  {
    key: 'offered',
    label: 'Notified, acknowledged',
    colour: 'var(--running)',
    opacity: 0.4,
    states: ['notified', 'delivered', 'acknowledged'],
  },
  {
    key: 'held',
    label: 'Deferred, declined',
    colour: 'var(--held)',
    opacity: 0.6,
    states: ['deferred', 'declined'],
  },
  { key: 'pending', label: 'Pending', colour: 'var(--offline)', opacity: 0.22, states: ['pending'] },
];

/** A point's vehicles per layer. */
export function layersOf(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    LAYERS.map(({ key, states }) => [key, states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)]),
  );
}
