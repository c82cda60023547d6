'use client';

import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { JobLine } from './job-line.tsx';

type JobsData = ViewValue<'jobs'>;
export type Job = JobsData['jobs'][number];

/** Long works with their progress; they go on whether this page is open or not. */
export function Jobs({ initial }: { initial: JobsData }) {
  const { data, problem } = useLiveView('jobs', { limit: 50 }, initial);
  return (
    <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {problem && <Note tone="warning">The jobs cannot be read just now ({problem}).</Note>}
      <Panel title="Jobs" flush>
        {data.jobs.length === 0 ? (
          <EmptyState title="No job yet">
            Work on very many vehicles, such as tagging all of a filter, goes on here by itself.
          </EmptyState>
        ) : (
          <ul aria-label="Jobs">
            {data.jobs.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
          </ul>
        )}
      </Panel>
    </Fresh>
  );
}
