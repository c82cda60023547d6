import { formatCount, formatDuration, formatShare } from '#components/ui/format.ts';
import { Stat } from '#components/ui/stat.tsx';
import {
  atTargetOf,
  attainableOf,
  erredOf,
  finishedOf,
  openOf,
  succeededOf,
} from '#lib/domain/wave-counts.ts';
import { assignmentsHref } from './assignment-url.ts';
import { campaignCounts, sumOf, underWayOf } from './monitor-counts.ts';
import type { Monitored, Pace } from './monitor-types.ts';

/** The campaign in figures: how far, how fast, how long still, how it is answered. */
export function Figures({ campaign, pace }: { campaign: Monitored; pace: Pace }) {
  const counts = campaignCounts(campaign);
  const atTarget = atTargetOf(counts);
  const before = atTarget - succeededOf(counts);
  const reachable = attainableOf(counts) + before;
  const failed = sumOf(campaign.counts, ['failed', 'rolled_back', 'timed_out']);
  const acknowledged = sumOf(
    campaign.counts.filter((count) => count.acknowledged),
    ['failed', 'rolled_back', 'timed_out'],
  );
  const finished = finishedOf(counts);
  const href = (state: Parameters<typeof assignmentsHref>[1]['state']) =>
    assignmentsHref(campaign.id, state ? { state } : {});
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Stat
        label="At target"
        value={formatShare(atTarget, reachable)}
        detail={`${formatCount(atTarget)} of ${formatCount(reachable)}${before > 0 ? `, ${formatCount(before)} before any offer` : ''}`}
        href={href(['confirmed', 'already_installed'])}
      />
      <Stat
        label="Under way"
        value={formatCount(underWayOf(campaign))}
        detail={`${formatCount(openOf(counts))} still expected`}
        href={href([
          'notified',
          'delivered',
          'acknowledged',
          'downloading',
          'verified',
          'installing',
          'installed',
        ])}
      />
      <Stat
        label="Failed"
        value={formatCount(failed)}
        detail={failedDetail(erredOf(counts), finished, acknowledged)}
        href={href(['failed', 'rolled_back', 'timed_out'])}
      />
      <Stat label="Rate" value={perMinute(pace.finished, pace.spanMs)} detail={rateDetail(campaign, pace)} />
      <Stat
        label="Time left"
        value={etaOf(campaign, openOf(counts), pace)}
        detail="at this rate; windows and offline vehicles not counted"
      />
      <Stat
        label="Acknowledged within"
        value={pace.latency ? formatDuration(pace.latency.p50) : '–'}
        detail={
          pace.latency ? `median; 95 % in ${formatDuration(pace.latency.p95)}` : 'nothing acknowledged yet'
        }
      />
    </div>
  );
}

function failedDetail(erred: number, finished: number, acknowledged: number): string {
  const share = `${formatShare(erred, finished)} of finished`;
  return acknowledged > 0 ? `${share}; ${formatCount(acknowledged)} acknowledged` : share;
}

function perMinute(count: number, spanMs: number): string {
  const rate = (count * 60_000) / spanMs;
  if (rate === 0) return '0 / min';
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))} / min`;
}

function rateDetail(campaign: Monitored, pace: Pace): string {
  const limit = campaign.ratePerMinute ? ` of at most ${formatCount(campaign.ratePerMinute)}` : '';
  return `finished; offers ${perMinute(pace.offered, pace.spanMs)}${limit}`;
}

function etaOf(campaign: Monitored, open: number, pace: Pace): string {
  if (campaign.state !== 'running' || open === 0 || pace.finished === 0) return '–';
  const minutes = open / ((pace.finished * 60_000) / pace.spanMs);
  if (minutes < 1) return '< 1 min';
  return `≈ ${formatDuration(Math.round(minutes) * 60_000)}`;
}
