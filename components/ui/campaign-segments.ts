import type { AssignmentState } from '#lib/domain/states.ts';
import type { Fill, Tone } from './tones.ts';
import type { BarSegment } from './wave-bar.tsx';

type Group = { key: string; label: string; tone: Tone; fill?: Fill; states: AssignmentState[] };

/**
 * How the states of assignments are drawn together, in the order of a vehicle's course. Groups of one tone differ
 * by their fill: the further a vehicle is, the fuller.
 */
export const SEGMENT_GROUPS: readonly Group[] = [
  { key: 'confirmed', label: 'Confirmed', tone: 'done', states: ['confirmed'] },
  {
    key: 'already',
    label: 'Already installed',
    tone: 'done',
    fill: 'stripes',
    states: ['already_installed'],
  },
  {
    key: 'installing',
    label: 'Installing',
    tone: 'running',
    states: ['verified', 'installing', 'installed'],
  },
  { key: 'downloading', label: 'Downloading', tone: 'running', fill: 'stripes', states: ['downloading'] },
  { key: 'acknowledged', label: 'Acknowledged', tone: 'running', fill: 'bars', states: ['acknowledged'] },
  {
    key: 'notified',
    label: 'Notified',
    tone: 'running',
    fill: 'hollow',
    states: ['notified', 'delivered'],
  },
  {
    key: 'failed',
    label: 'Failed',
    tone: 'failed',
    states: ['failed', 'rolled_back', 'timed_out', 'rejected'],
  },
  { key: 'regressed', label: 'Regressed', tone: 'warning', states: ['regressed'] },
  { key: 'deferred', label: 'Deferred', tone: 'held', fill: 'stripes', states: ['deferred'] },
  { key: 'declined', label: 'Declined', tone: 'held', states: ['declined'] },
  { key: 'unreachable', label: 'Unreachable', tone: 'offline', states: ['unreachable'] },
  { key: 'cancelled', label: 'Cancelled', tone: 'offline', fill: 'bars', states: ['cancelled'] },
  {
    key: 'excluded',
    label: 'Excluded',
    tone: 'offline',
    fill: 'stripes',
    states: ['excluded', 'not_applicable'],
  },
  { key: 'pending', label: 'Pending', tone: 'offline', fill: 'hollow', states: ['pending'] },
];

/** Counts by state as segments of a bar; `hrefOf` makes each a link to what it counts. */
export function segmentsOf(
  counts: readonly { state: string; count: number }[],
  hrefOf?: (states: AssignmentState[]) => string,
): BarSegment[] {
  return SEGMENT_GROUPS.map(({ states, ...group }) => ({
    ...group,
    count: sumOf(counts, states),
    ...(hrefOf ? { href: hrefOf(states) } : {}),
  }));
}

/** Vehicles in any of these states. */
export function sumOf(
  counts: readonly { state: string; count: number }[],
  states: readonly AssignmentState[],
): number {
  const wanted: readonly string[] = states;
  return counts.reduce((sum, { state, count }) => sum + (wanted.includes(state) ? count : 0), 0);
}
