import type { AssignmentState } from '#lib/domain/states.ts';
import type { Tone } from './tones.ts';
import type { BarSegment } from './wave-bar.tsx';

type Group = { key: string; label: string; tone: Tone; faint?: boolean; states: AssignmentState[] };

/** How the states of assignments are drawn together, in the order of their course. */
export const SEGMENT_GROUPS: readonly Group[] = [
  { key: 'confirmed', label: 'Confirmed', tone: 'done', states: ['confirmed'] },
  { key: 'already', label: 'Already installed', tone: 'done', faint: true, states: ['already_installed'] },
  {
    key: 'installing',
    label: 'Installing',
    tone: 'running',
    states: ['verified', 'installing', 'installed'],
  },
  { key: 'downloading', label: 'Downloading', tone: 'running', faint: true, states: ['downloading'] },
  {
    key: 'notified',
    label: 'Offered',
    tone: 'running',
    faint: true,
    states: ['notified', 'delivered', 'acknowledged'],
  },
  {
    key: 'failed',
    label: 'Failed',
    tone: 'failed',
    states: ['failed', 'rolled_back', 'timed_out', 'rejected'],
  },
  { key: 'regressed', label: 'Regressed', tone: 'warning', states: ['regressed'] },
  { key: 'held', label: 'Deferred or declined', tone: 'held', states: ['deferred', 'declined'] },
  { key: 'pending', label: 'Pending', tone: 'offline', faint: true, states: ['pending'] },
  { key: 'unreachable', label: 'Unreachable', tone: 'offline', states: ['unreachable', 'cancelled'] },
  {
    key: 'excluded',
    label: 'Excluded',
    tone: 'offline',
    faint: true,
    states: ['excluded', 'not_applicable'],
  },
];

/** Counts by state as segments of a bar; `hrefOf` makes each a link to what it counts. */
export function segmentsOf(
  counts: readonly { state: string; count: number }[],
  hrefOf?: (states: readonly AssignmentState[]) => string,
): BarSegment[] {
  return SEGMENT_GROUPS.map(({ states, ...group }) => ({
    ...group,
    count: counts.reduce((sum, { state, count }) => sum + (isOneOf(states, state) ? count : 0), 0),
    ...(hrefOf ? { href: hrefOf(states) } : {}),
  }));
}

function isOneOf(states: readonly string[], state: string): boolean {
  return states.includes(state);
}
