'use client';

import { useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { CourseChart, CourseTable } from './course-chart.tsx';
import { pointsOf } from './course-points.ts';
import type { Course as CourseData } from './monitor-types.ts';
import { Replay } from './replay.tsx';

/** The campaign's course over time, as chart or table, and its replay. */
export function Course({ campaignId, initial }: { campaignId: string; initial: CourseData }) {
  const { data, problem } = useLiveView('campaign-course', { id: campaignId }, initial);
  const [table, setTable] = useState(false);
  // What is replayed stands still while new events come.
  const [replayed, setReplayed] = useState<{ course: CourseData; index: number }>();
  const points = pointsOf(replayed?.course ?? data);
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
              onClick={() => setReplayed(replayed ? undefined : { course: data, index: 0 })}
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
