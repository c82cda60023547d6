import Link from 'next/link';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { EmptyState } from '#components/ui/notes.tsx';
import { WaveStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import { percent } from '#lib/domain/pause-cause.ts';
import { WaveState } from '#lib/domain/states.ts';
import { erredOf, finishedOf, sampleOf, sizeOf, successRateOf } from '#lib/domain/wave-counts.ts';
import { assignmentsHref } from './assignment-url.ts';
import { monitorSegments, waveCounts } from './monitor-counts.ts';
import type { Monitored, MonitoredWave } from './monitor-types.ts';

/** Every wave with its bar; each number leads to the vehicles that it counts. */
export function WaveList({ campaign }: { campaign: Monitored }) {
  if (campaign.waves.length === 0) {
    return (
      <EmptyState title="No waves yet">The waves stand in the definition once it is complete.</EmptyState>
    );
  }
  return (
    <ol className="divide-y divide-line/70">
      {campaign.waves.map((wave) => (
        <WaveLine key={wave.number} campaign={campaign} wave={wave} />
      ))}
    </ol>
  );
}

function WaveLine({ campaign, wave }: { campaign: Monitored; wave: MonitoredWave }) {
  const counts = waveCounts(campaign, wave);
  const size = sizeOf(counts);
  const href = (states: Parameters<typeof assignmentsHref>[1]['state']) =>
    assignmentsHref(campaign.id, { wave: wave.number + 1, ...(states ? { state: states } : {}) });
  const mine = campaign.counts.filter((count) => count.wave === wave.number);
  return (
    <li className="grid gap-2 px-4 py-3" data-wave={wave.number + 1}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="min-w-0 break-words font-medium">
          {campaign.waves.length > 1 && <span className="text-muted">{wave.number + 1} · </span>}
          {wave.name}
        </h3>
        <WaveStatus state={WaveState.catch('waiting').parse(wave.state)} />
        <Link href={href(undefined)} className="hover:underline">
          {formatCount(size)} <span className="text-muted">{size === 1 ? 'vehicle' : 'vehicles'}</span>
        </Link>
        {size === 0 && wave.size && <span className="text-muted">planned: {wave.size}</span>}
        <Rates counts={counts} />
        <span className="ml-auto text-muted text-sm">
          <Since wave={wave} />
        </span>
      </div>
      <WaveBar legend label={wave.name} segments={monitorSegments(mine, (states) => href(states))} />
      <Gate wave={wave} counts={counts} last={wave.number === campaign.waves.length - 1} />
    </li>
  );
}

function Rates({ counts }: { counts: ReturnType<typeof waveCounts> }) {
  const finished = finishedOf(counts);
  if (finished === 0) return null;
  const erred = erredOf(counts);
  return (
    <span className="text-sm">
      {formatCount(finished)} finished, {formatShare(finished - erred, finished)} succeeded
      {erred > 0 && <span className="text-failed"> · {formatShare(erred, finished)} failed</span>}
    </span>
  );
}

function Since({ wave }: { wave: MonitoredWave }) {
  if (wave.finishedAt) {
    return (
      <>
        finished <Time at={wave.finishedAt} />
      </>
    );
  }
  if (wave.state === 'soaking' && wave.soakUntil) {
    return (
      <>
        soaks until <Time at={wave.soakUntil} />
      </>
    );
  }
  if (!wave.startedAt) return null;
  return (
    <>
      began <Time at={wave.startedAt} />
    </>
  );
}

/** What the wave needs before the next one begins. */
function Gate({
  wave,
  counts,
  last,
}: {
  wave: MonitoredWave;
  counts: ReturnType<typeof waveCounts>;
  last: boolean;
}) {
  if (!wave.gate || last || wave.state === 'finished') return null;
  const { successThreshold, minimumSample, soakMinutes, manual } = wave.gate;
  const sample = sampleOf(counts);
  const parts = [
    `at least ${percent(successThreshold)} succeed (now ${finishedOf(counts) === 0 ? '–' : percent(successRateOf(counts), successThreshold)})`,
    `${formatCount(minimumSample)} finished (now ${formatCount(sample)})`,
    ...(soakMinutes > 0 ? [`${formatCount(soakMinutes)} min soak`] : []),
    ...(manual ? ['a person opens the next wave'] : []),
  ];
  return <p className="text-muted text-sm">Next wave when {parts.join(', ')}.</p>;
}
