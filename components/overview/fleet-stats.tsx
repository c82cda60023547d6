import { formatCount, formatDuration, formatShare } from '#components/ui/format.ts';
import { Stat } from '#components/ui/stat.tsx';
import { Status } from '#components/ui/status.tsx';
import type { OverviewData } from './overview-live.tsx';

/** The fleet and the stream in a row of figures, each a link to what it counts. */
export function FleetStats({ fleet, lag }: Pick<OverviewData, 'fleet' | 'lag'>) {
  const parts = ['worker', 'broker'].map((name) => ({
    name,
    alive: lag.parts.some((part) => part.name === name && part.alive),
  }));
  const down = parts.filter(({ alive }) => !alive);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Stat
        label="Vehicles"
        value={formatCount(fleet.vehicles)}
        detail={fleet.neverSeen > 0 ? `${formatCount(fleet.neverSeen)} never reported` : 'all have reported'}
        href="/fleet"
      />
      <Stat
        label="Online"
        value={formatShare(fleet.online, fleet.vehicles)}
        detail={`${formatCount(fleet.online)} of ${formatCount(fleet.vehicles)}`}
        href={`/fleet?q=${encodeURIComponent('online')}`}
      />
      <Stat
        label="Seen in 24 hours"
        value={formatShare(Math.min(fleet.seenToday, fleet.vehicles), fleet.vehicles)}
        detail={formatCount(fleet.seenToday)}
        href={`/fleet?q=${encodeURIComponent('last_seen within 1 day')}`}
      />
      <Stat
        label="Message stream"
        value={
          down.length === 0 ? (
            <Status tone="done" className="text-lg">
              Flowing
            </Status>
          ) : (
            <Status tone="failed" className="whitespace-normal text-lg">
              {down.map(({ name }) => name).join(', ')} away
            </Status>
          )
        }
        detail={describeOffers(lag)}
        href="/health"
      />
    </div>
  );
}

/** What waits for the dispatcher, and apart from it what a campaign's own rate holds back. */
function describeOffers({ dueOffers, dueLagSeconds, heldOffers }: OverviewData['lag']): string {
  const due =
    dueOffers === 0
      ? 'no offer waits'
      : `${formatCount(dueOffers)} offers due${dueLagSeconds > 0 ? `, oldest ${formatDuration(dueLagSeconds * 1000)}` : ''}`;
  return heldOffers === 0 ? due : `${due}; ${formatCount(heldOffers)} held by the rate`;
}
