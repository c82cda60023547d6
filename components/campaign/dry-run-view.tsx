'use client';

import { cn } from '#components/ui/cn.ts';
import { formatBytes, formatDuration } from '#components/ui/format.ts';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Time } from '#components/ui/time.tsx';
import type { DryRunPreview } from './preview.ts';
import { type Previewed, PreviewedVehicles } from './previewed-vehicles.tsx';
import type { Preview } from './wizard/use-preview.ts';

/** The campaign's course before it begins: sizes, bounds in time, volume. */
export function DryRunView({ dryRun, ...previewed }: Previewed & { dryRun: Preview<DryRunPreview> }) {
  const { data, error, stale } = dryRun;
  if (error) return <ErrorNote>The dry run failed: {error}</ErrorNote>;
  if (!data) return <Skeleton className="h-16" />;
  return (
    <div className={cn('grid gap-3 transition-opacity', stale && 'stale')}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1">
        <dt>Earliest finish</dt>
        <dd className="text-right">
          <Time at={data.earliestFinishAt} />
        </dd>
        <dt>Latest finish</dt>
        <dd className="text-right">
          <Time at={data.latestFinishAt} />
        </dd>
        <dt>Download</dt>
        <dd className="text-right">{formatBytes(data.downloadBytes)}</dd>
      </dl>
      <Timeline data={data} previewed={previewed} />
      {data.endsTooEarly && (
        <Note tone="warning">The end comes before all vehicles can have been offered the update.</Note>
      )}
      {!data.complete && (
        <Note tone="warning">At this rate some vehicles are not reached within five years.</Note>
      )}
    </div>
  );
}

/** When a wave begins and is done, counted from the campaign's first offer. */
function span(wave: DryRunPreview['waves'][number], begin: number): string {
  const after = (at: string) => Math.max(0, Date.parse(at) - begin);
  const starts = after(wave.earliestStartAt);
  const from = starts < 60_000 ? 'at once' : `after ${formatDuration(roundMinute(starts))}`;
  return `${from}, done ${formatDuration(roundMinute(after(wave.earliestFinishAt)))} to ${formatDuration(roundMinute(after(wave.latestFinishAt)))} in`;
}

function roundMinute(ms: number): number {
  return Math.max(60_000, Math.round(ms / 60_000) * 60_000);
}

/** Waves as bars in time: solid from the earliest start to the earliest finish, faint to the latest. */
function Timeline({ data, previewed }: { data: DryRunPreview; previewed: Previewed }) {
  const begin = Math.min(...data.waves.map((wave) => Date.parse(wave.earliestStartAt)));
  const end = Math.max(begin + 1, ...data.waves.map((wave) => Date.parse(wave.latestFinishAt)));
  // A square root, so that a canary of minutes is seen beside a rest of weeks.
  const place = (at: string) => Math.sqrt(Math.max(0, Date.parse(at) - begin) / (end - begin)) * 100;
  return (
    <ol className="grid gap-2">
      {data.waves.map((wave, index) => {
        const from = place(wave.earliestStartAt);
        const soon = place(wave.earliestFinishAt);
        const late = place(wave.latestFinishAt);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a wave has no identity but its place.
          <li key={index} className="grid gap-1">
            <div className="flex justify-between gap-2">
              <span className="min-w-0 truncate">
                {index + 1}. {wave.name}
                {wave.waitsForPerson && <span className="text-muted"> · then a person</span>}
              </span>
              <PreviewedVehicles
                part={{ kind: 'wave', wave: index }}
                name={`Wave ${index + 1}, ${wave.name}`}
                count={wave.vehicles}
                {...previewed}
              />
            </div>
            <div aria-hidden className="relative h-1.5 rounded-full bg-line/70">
              <span
                className="absolute h-full rounded-full bg-running/40"
                style={{ left: `${from}%`, width: `${Math.max(1.5, late - from)}%` }}
              />
              <span
                className="absolute h-full rounded-full bg-running"
                style={{ left: `${from}%`, width: `${Math.max(1.5, soon - from)}%` }}
              />
            </div>
            <span className="text-muted text-sm">
              {wave.vehicles === 0 ? 'nobody to be offered it' : span(wave, begin)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
