import { sumOf } from '#components/ui/campaign-segments.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { countsOf, openOf, sizeOf, type WaveCounts } from '#lib/domain/wave-counts.ts';
import type { Monitored } from './monitor-types.ts';

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

/** States in which a vehicle has an offer open. */
export const UNDER_WAY: AssignmentState[] = [
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
