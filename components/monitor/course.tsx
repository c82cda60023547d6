'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { Select } from '#components/ui/input.tsx';
import { EmptyState, ErrorNote, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { CourseChart, CourseTable } from './course-chart.tsx';
import { pointsOf } from './course-points.ts';
import type { Course as CourseData, MonitoredWave } from './monitor-types.ts';
import { Replay } from './replay.tsx';

type Waves = Pick<MonitoredWave, 'number' | 'name'>[];
type CourseProps = { campaignId: string; waves: Waves; initial: CourseData };

/** The campaign's course over time, as chart or table, and its replay. */
export function Course({ campaignId, waves, initial }: CourseProps) {
  const { data, problem } = useLiveView('campaign-course', { id: campaignId }, initial);
  const [table, setTable] = useState(false);
  // What is replayed stands still while new events come.
  const [replayed, setReplayed] = useState<{ course: CourseData; index: number }>();
  const [wave, setWave] = useState('');
  const ofWave = useQuery({
    queryKey: ['wave-course', campaignId, wave, replayed?.course],
    enabled: replayed !== undefined && wave !== '',
    queryFn: ({ signal }) =>
      fetchJson<CourseData>(`/api/campaigns/${campaignId}/course?wave=${wave}`, { signal }),
  });
  const isOfWave = replayed !== undefined && wave !== '' && ofWave.data !== undefined;
  const points = pointsOf(isOfWave ? ofWave.data : (replayed?.course ?? data));
  const marked = replayed ? points[Math.min(replayed.index, points.length - 1)] : undefined;
  return (
    <Panel
      title="Course"
      actions={
        points.length > 0 && (
          <span className="flex gap-1" data-print="hide">
            <Button size="small" look="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
              {table ? 'Show as chart' : 'Show as table'}
            </Button>
            <Button
              size="small"
              aria-pressed={replayed !== undefined}
              onClick={() => {
                setReplayed(replayed ? undefined : { course: data, index: 0 });
                setWave('');
              }}
            >
              {replayed ? 'Back to live' : 'Replay'}
            </Button>
          </span>
        )
      }
    >
      {problem && (
        <Note tone="warning" className="mb-3">
          The course cannot be read just now ({problem}).
        </Note>
      )}
      {replayed && waves.length > 1 && (
        <Select
          aria-label="What is replayed"
          className="mb-3 sm:w-64"
          data-print="hide"
          value={wave}
          onChange={({ target }) => {
            setWave(target.value);
            setReplayed({ ...replayed, index: 0 });
          }}
        >
          <option value="">The whole campaign</option>
          {waves.map(({ number, name }) => (
            <option key={number} value={number + 1}>
              Wave {number + 1} · {name}
            </option>
          ))}
        </Select>
      )}
      {ofWave.error && wave !== '' && (
        <ErrorNote className="mb-3">
          The wave cannot be replayed, so the whole campaign is shown: {ofWave.error.message}
        </ErrorNote>
      )}
      {points.length === 0 ? (
        <EmptyState title="Nothing has happened yet">
          The course is drawn from the vehicles' events.
        </EmptyState>
      ) : (
        <div className="grid gap-3">
          {table ? <CourseTable points={points} /> : <CourseChart points={points} marked={marked?.at} />}
          {replayed && (
            <Replay
              campaignId={campaignId}
              wave={isOfWave ? wave : ''}
              points={points}
              index={Math.min(replayed.index, points.length - 1)}
              onIndex={(index) => setReplayed((now) => now && { ...now, index })}
            />
          )}
        </div>
      )}
    </Panel>
  );
}
