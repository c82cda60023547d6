import Link from 'next/link';
import { segmentsOf } from '#components/ui/campaign-segments.ts';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { EmptyState } from '#components/ui/notes.tsx';
import { Status, WaveStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import { percent } from '#lib/domain/pause-cause.ts';
import { type AssignmentState, WaveState } from '#lib/domain/states.ts';
import {
  erredOf,
  finishedOf,
  openOf,
  sampleOf,
  sizeOf,
  successRateOf,
  type WaveCounts,
} from '#lib/domain/wave-counts.ts';
import { assignmentsHref } from './assignment-url.ts';
import { waveCounts } from './monitor-counts.ts';
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
        <WaveStanding wave={wave} counts={counts} isPaused={campaign.state === 'paused'} />
        <Link prefetch={false} href={href(undefined)} className="hover:underline">
          {formatCount(size)} <span className="text-muted">{size === 1 ? 'vehicle' : 'vehicles'}</span>
        </Link>
        {size === 0 && wave.size && <span className="text-muted">planned: {wave.size}</span>}
        <Rates counts={counts} hrefOf={href} />
        <span className="ml-auto text-muted text-sm">
          <Since wave={wave} open={openOf(counts)} />
        </span>
      </div>
      <WaveBar legend label={wave.name} segments={segmentsOf(mine, (states) => href(states))} />
      <Gate wave={wave} counts={counts} last={wave.number === campaign.waves.length - 1} hrefOf={href} />
    </li>
  );
}

const SUCCEEDED: AssignmentState[] = ['confirmed', 'already_installed'];
const ERRED: AssignmentState[] = ['failed', 'rolled_back', 'timed_out'];

/** A wave that let the next one begin may still have vehicles under way: it is finished when none is. */
function WaveStanding({
  wave,
  counts,
  isPaused,
}: {
  wave: MonitoredWave;
  counts: WaveCounts;
  isPaused: boolean;
}) {
  if (isPaused && wave.state === 'running') return <Status tone="warning">Paused</Status>;
  const open = openOf(counts);
  if (wave.state !== 'finished' || open === 0)
    return <WaveStatus state={WaveState.catch('waiting').parse(wave.state)} />;
  return <Status tone="running">Gate met, {formatCount(open)} still expected</Status>;
}

type RatesProps = { counts: WaveCounts; hrefOf(states: AssignmentState[]): string };

function Rates({ counts, hrefOf }: RatesProps) {
  const finished = finishedOf(counts);
  if (finished === 0) return null;
  const erred = erredOf(counts);
  return (
    <span className="text-sm">
      <Link prefetch={false} href={hrefOf([...SUCCEEDED, ...ERRED])} className="hover:underline">
        {formatCount(finished)} finished
      </Link>
      ,{' '}
      <Link prefetch={false} href={hrefOf(SUCCEEDED)} className="hover:underline">
        {formatShare(finished - erred, finished)} succeeded
      </Link>
      {erred > 0 && (
        <>
          {' · '}
          <Link prefetch={false} href={hrefOf(ERRED)} className="text-failed hover:underline">
            {formatShare(erred, finished)} failed
          </Link>
        </>
      )}
    </span>
  );
}

function Since({ wave, open }: { wave: MonitoredWave; open: number }) {
  if (wave.finishedAt) {
    return (
      <>
        {open > 0 ? 'gate met' : 'finished'} <Time at={wave.finishedAt} />
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
function Gate({ wave, counts, last, hrefOf }: RatesProps & { wave: MonitoredWave; last: boolean }) {
  if (!wave.gate || last || wave.state === 'finished') return null;
  const { successThreshold, minimumSample, soakMinutes, manual } = wave.gate;
  const sample = sampleOf(counts);
  const succeeded = finishedOf(counts) === 0 ? '–' : percent(successRateOf(counts), successThreshold);
  return (
    <p className="text-muted text-sm">
      Next wave when at least {percent(successThreshold)} succeed (
      <Link prefetch={false} href={hrefOf(SUCCEEDED)} className="hover:underline">
        now {succeeded}
      </Link>
      ), {formatCount(minimumSample)} finished (
      <Link prefetch={false} href={hrefOf([...SUCCEEDED, ...ERRED])} className="hover:underline">
        now {formatCount(sample)}
      </Link>
      ){soakMinutes > 0 && `, ${formatCount(soakMinutes)} min soak`}
      {manual && ', a person opens the next wave'}.
    </p>
  );
}
