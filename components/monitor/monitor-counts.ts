import type { Tone } from '#components/ui/tones.ts';
import type { BarSegment } from '#components/ui/wave-bar.tsx';
import type { AssignmentState } from '#lib/domain/states.ts';
import { countsOf, openOf, sizeOf, type WaveCounts } from '#lib/domain/wave-counts.ts';
import type { Monitored } from './monitor-types.ts';

type Group = { key: string; label: string; tone: Tone; faint?: boolean; states: AssignmentState[] };

/** Segments of a wave's bar in the order of a vehicle's course. */
export const MONITOR_GROUPS: readonly Group[] = [
  { key: 'confirmed', label: 'Confirmed', tone: 'done', states: ['confirmed'] },
  { key: 'already', label: 'Already installed', tone: 'done', faint: true, states: ['already_installed'] },
  {
    key: 'installing',
    label: 'Installing',
    tone: 'running',
    states: ['verified', 'installing', 'installed'],
  },
  { key: 'downloading', label: 'Downloading', tone: 'running', faint: true, states: ['downloading'] },
  { key: 'acknowledged', label: 'Acknowledged', tone: 'running', states: ['acknowledged'] },
  { key: 'notified', label: 'Notified', tone: 'running', faint: true, states: ['notified', 'delivered'] },
  {
    key: 'failed',
    label: 'Failed',
    tone: 'failed',
    states: ['failed', 'rolled_back', 'timed_out', 'rejected'],
  },
  { key: 'regressed', label: 'Regressed', tone: 'warning', states: ['regressed'] },
  { key: 'deferred', label: 'Deferred', tone: 'held', faint: true, states: ['deferred'] },
  { key: 'declined', label: 'Declined', tone: 'held', states: ['declined'] },
  { key: 'unreachable', label: 'Unreachable', tone: 'offline', states: ['unreachable'] },
  { key: 'cancelled', label: 'Cancelled', tone: 'offline', states: ['cancelled'] },
  {
    key: 'excluded',
    label: 'Excluded',
    tone: 'offline',
    faint: true,
    states: ['excluded', 'not_applicable'],
  },
  { key: 'pending', label: 'Pending', tone: 'offline', faint: true, states: ['pending'] },
];

/** Counts as segments; `hrefOf` makes each a link to the vehicles that it counts. */
export function monitorSegments(
  counts: readonly { state: string; count: number }[],
  hrefOf?: (states: AssignmentState[]) => string,
): BarSegment[] {
  return MONITOR_GROUPS.map(({ states, ...group }) => ({
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

/** Counts of one wave, as the rules reckon them. */
export function waveCounts(campaign: Monitored, wave: { number: number; sampleBase: number }): WaveCounts {
  return countsOf(
    campaign.counts.filter((count) => count.wave === wave.number),
    wave.sampleBase,
  );
}

/** Counts of the whole campaign, as the rules reckon them. */
export function campaignCounts(campaign: Monitored): WaveCounts {
  return countsOf(
    campaign.counts,
    campaign.waves.reduce((sum, wave) => sum + wave.sampleBase, 0),
  );
}

/** Vehicles of the campaign, and those of which something is still expected. */
export function extentOf(campaign: Monitored): { size: number; open: number } {
  const counts = campaignCounts(campaign);
  return { size: sizeOf(counts), open: openOf(counts) };
}

const UNDER_WAY: readonly AssignmentState[] = [
  'notified',
  'delivered',
  'acknowledged',
  'downloading',
  'verified',
  'installing',
  'installed',
];

/** Vehicles that have an offer open just now. */
export function underWayOf(campaign: Monitored): number {
  return sumOf(campaign.counts, UNDER_WAY);
}
