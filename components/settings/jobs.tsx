'use client';

import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { type Job, JobLine, type JobReader } from './job-line.tsx';

type JobsProps = { initial: ViewValue<'jobs'>; reader: JobReader };

/** Long works with their progress; they go on whether this page is open or not. */
export function Jobs(props: JobsProps) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  );
}

function Screen({ initial, reader }: JobsProps) {
  const { data, problem } = useLiveView('jobs', { limit: 50 }, initial);
  const older = useOlderRows<Job>('/api/jobs/rows?', data.jobs.next);
  const jobs = joinRows(data.jobs.rows, older.rows, ({ id }) => id);
  return (
    <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {problem && <Note tone="warning">The jobs cannot be read just now ({problem}).</Note>}
      <Panel
        title={`Jobs (${formatCount(data.total)})`}
        flush
        actions={<CsvLink small href="/api/jobs/export" />}
      >
        {jobs.length === 0 ? (
          <EmptyState title="No job yet">
            Work on very many vehicles, such as an import or tagging all of a filter, goes on here by itself.
          </EmptyState>
        ) : (
          <ul aria-label="Jobs">
            {jobs.map((job) => (
              <JobLine key={job.id} job={job} reader={reader} />
            ))}
          </ul>
        )}
        <OlderRows older={older} />
      </Panel>
    </Fresh>
  );
}
