import { formatCount, formatDuration } from '#components/ui/format.ts';
import { Stat } from '#components/ui/stat.tsx';
import type { HealthData } from './health-screen.tsx';
import { Sparkline } from './sparkline.tsx';
import type { Rates } from './use-rates.ts';

/** How much flows and how much waits, each with where to look. */
export function Queues({ data, rates }: { data: HealthData; rates: Rates }) {
  const { figures, processes } = data;
  const sum = (name: string, key: string) =>
    processes.reduce((total, one) => {
      const value = one.name === name ? one.details[key] : 0;
      return total + (typeof value === 'number' ? value : 0);
    }, 0);
  const lagMs = Math.max(
    0,
    ...processes.map(({ details }) => (typeof details.lagMs === 'number' ? details.lagMs : 0)),
  );
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Stat
        label="Messages in"
        value={`${formatCount(Math.round(sum('worker', 'perSecond')))} / s`}
        detail={<Sparkline label="Messages a second" values={rates.history} />}
      />
      <Stat
        label="Ingest lag"
        value={formatDuration(lagMs)}
        detail={`${formatCount(sum('worker', 'waiting') + sum('worker', 'held'))} messages not committed yet`}
      />
      <Stat
        label="Vehicles connected"
        value={formatCount(sum('broker', 'connected'))}
        detail={`${formatCount(sum('broker', 'queued'))} messages queued for them`}
        href={`/fleet?q=${encodeURIComponent('online')}`}
      />
      <Stat
        label="Offers due"
        value={formatCount(figures.dueAssignments)}
        detail={describeOffers(figures)}
        href="/campaigns?state=running"
      />
      <Stat
        label="Quarantine"
        value={formatCount(figures.openQuarantine)}
        detail="open sources"
        href="/quarantine"
      />
      <Stat
        label="Jobs and alerts"
        value={formatCount(figures.runningJobs + figures.queuedAlerts)}
        detail={`${formatCount(figures.failedAlerts)} alerts failed`}
        href="/settings/jobs"
      />
    </div>
  );
}

/** How long the oldest waits, and apart from it how many a campaign's own rate holds back. */
function describeOffers({ dueAssignments, dueLagSeconds, heldAssignments }: HealthData['figures']): string {
  const oldest = dueLagSeconds ? `oldest for ${formatDuration(dueLagSeconds * 1000)}` : '';
  const waits = dueAssignments === 0 ? 'none waits' : oldest;
  const held = heldAssignments === 0 ? '' : `${formatCount(heldAssignments)} held by the rate`;
  return [waits, held].filter(Boolean).join('; ');
}
