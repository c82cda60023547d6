import { sumOf } from '#components/ui/campaign-segments.ts';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Stat } from '#components/ui/stat.tsx';
import { atTargetOf, erredOf, finishedOf, intendedOf, openOf, succeededOf } from '#lib/domain/wave-counts.ts';
import { assignmentsHref } from './assignment-url.ts';
import { campaignCounts, UNDER_WAY, underWayOf } from './monitor-counts.ts';
import type { Monitored, Pace } from './monitor-types.ts';
import { latencyOf, rateDetail, rateOf, timeLeft } from './pace-words.ts';

/** The campaign in figures: how far, how fast, how long still, how it is answered. */
export function Figures({ campaign, pace }: { campaign: Monitored; pace: Pace }) {
  const counts = campaignCounts(campaign);
  const atTarget = atTargetOf(counts);
  const before = atTarget - succeededOf(counts);
  const intended = intendedOf(counts);
  const failed = sumOf(campaign.counts, ['failed', 'rolled_back', 'timed_out']);
  const acknowledged = sumOf(
    campaign.counts.filter((count) => count.acknowledged),
    ['failed', 'rolled_back', 'timed_out'],
  );
  const finished = finishedOf(counts);
  const href = (state: Parameters<typeof assignmentsHref>[1]['state']) =>
    assignmentsHref(campaign.id, state ? { state } : {});
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6 print:grid-cols-3">
      <Stat
        label="At target"
        value={formatShare(atTarget, intended)}
        detail={`${formatCount(atTarget)} of ${formatCount(intended)}${before > 0 ? `, ${formatCount(before)} before any offer` : ''}`}
        href={href(['confirmed', 'already_installed'])}
      />
      <Stat
        label="Under way"
        value={formatCount(underWayOf(campaign))}
        detail={`${formatCount(openOf(counts))} still expected`}
        href={href(UNDER_WAY)}
      />
      <Stat
        label="Failed"
        value={formatCount(failed)}
        detail={failedDetail(erredOf(counts), finished, acknowledged)}
        href={href(['failed', 'rolled_back', 'timed_out'])}
      />
      <Stat label="Rate" value={rateOf(pace)} detail={rateDetail(campaign, pace)} />
      <Stat label="Time left" {...timeLeft(campaign, openOf(counts), pace)} />
      <Stat label="Acknowledged within" {...latencyOf(pace)} />
    </div>
  );
}

function failedDetail(erred: number, finished: number, acknowledged: number): string {
  const share = `${formatShare(erred, finished)} of finished`;
  return acknowledged > 0 ? `${share}; ${formatCount(acknowledged)} acknowledged` : share;
}
