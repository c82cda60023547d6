'use client';

import { useId, useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { VersionChart } from './version-chart.tsx';
import { describeSpan, layersOf, type VersionCourseData } from './version-layers.ts';
import { VersionLink, VersionTable } from './version-table.tsx';

type VersionCourseProps = { ecuType: string; initial?: VersionCourseData; scope?: string };

/** How the versions of one ECU type spread over the fleet, day by day, as a chart or a table. */
export function VersionCourse({ ecuType, initial, scope }: VersionCourseProps) {
  const empty: VersionCourseData = { ecuType: '', days: [], series: [] };
  const { data, problem } = useLiveView('version-course', { ecuType }, initial ?? empty);
  const [table, setTable] = useState(false);
  return (
    <Panel
      title={`Versions of ${ecuType} over time`}
      actions={
        data.days.length > 0 && (
          <Button size="small" look="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? 'Show as chart' : 'Show as table'}
          </Button>
        )
      }
    >
      {problem && (
        <Note tone="warning" className="mb-3">
          The course cannot be read just now ({problem}).
        </Note>
      )}
      {data.ecuType !== ecuType ? (
        <Skeleton className="h-56" />
      ) : data.days.length === 0 ? (
        <EmptyState title="No ECU of this type has reported yet">
          Once a day it is written down how many ECUs run which version.
        </EmptyState>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          {table ? <VersionTable data={data} /> : <Chart key={data.days.length} data={data} />}
          <p className="text-muted text-sm">
            {describeSpan(data)} {scope}
          </p>
        </div>
      )}
    </Panel>
  );
}

/** The chart with a day to be chosen, and what ran on that day: each version leads to its vehicles. */
function Chart({ data }: { data: VersionCourseData }) {
  const id = useId();
  const last = data.days.length - 1;
  const [chosen, setChosen] = useState<number>();
  const index = chosen ?? last;
  const day = data.days[index] ?? '';
  const layers = layersOf(data.series);
  const total = layers.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0);
  const counted = layers.some(({ counts }) => counts[index] !== null);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(14rem,auto)]">
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-1">
        <VersionChart
          days={data.days}
          layers={layers}
          marked={chosen === undefined ? undefined : day}
          name={`ECUs of type ${data.ecuType} by software version, ${data.days[0]} to ${data.days[last]}. On ${day}: ${layers
            .map(({ version, counts }) => `${version ?? 'other versions'} ${formatCount(counts[index] ?? 0)}`)
            .join(', ')}.`}
        />
        {last > 0 && (
          <div className="flex items-center gap-3 pl-11">
            <label htmlFor={id} className="sr-only">
              Day of the course
            </label>
            <input
              id={id}
              type="range"
              min={0}
              max={last}
              value={index}
              aria-valuetext={day}
              onChange={(event) => setChosen(Number(event.target.value))}
              className="h-6 min-w-24 flex-1 accent-accent"
            />
          </div>
        )}
      </div>
      <section aria-label={`Versions on ${day}`} className="min-w-0">
        <h3 className="mb-1 flex justify-between gap-4 text-muted text-sm">
          <span className="font-mono">{day}</span>
          <span>{counted ? `${formatCount(total)} ECUs` : 'not counted'}</span>
        </h3>
        <ul className="grid gap-0.5">
          {layers.toReversed().map((layer) => {
            const count = layer.counts[index] ?? null;
            return (
              <li key={layer.key} className="flex min-h-6 items-center gap-2">
                <span
                  aria-hidden
                  className="size-2.5 shrink-0 rounded-[2px]"
                  style={{ background: layer.colour, opacity: layer.opacity }}
                />
                <span className="min-w-0 flex-1 truncate">
                  <VersionLink ecuType={data.ecuType} series={layer} />
                </span>
                <span>{count === null ? '–' : formatCount(count)}</span>
                <span className="w-14 text-right text-muted text-sm">
                  {count === null ? '' : formatShare(count, total)}
                </span>
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}
