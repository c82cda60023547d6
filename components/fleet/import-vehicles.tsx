'use client';

import { useQuery } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { type Job, JobLine, type JobReader } from '#components/settings/job-line.tsx';
import { Button, ButtonLink, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';

type Fault = { line: number; column: string; value: string; reason: string };

const EXAMPLE = 'vin,model,modelYear,region,timeZone,tags,skilledPersonOnly';

/** Registers the vehicles of a CSV file as a job; every bad line is kept with its number, the good ones are registered. */
export function ImportVehicles({ reader }: { reader: JobReader }) {
  const [jobId, setJobId] = useState<string>();
  return (
    <Dialog
      wide
      title="Import vehicles"
      description="A CSV file with a header; the same file again changes nothing."
      onOpenChange={(open) => {
        if (!open) setJobId(undefined);
      }}
      trigger={
        <button type="button" className={buttonClass()}>
          <Upload aria-hidden /> Import
        </button>
      }
    >
      {jobId ? (
        <Course jobId={jobId} reader={reader} onAgain={() => setJobId(undefined)} />
      ) : (
        <FileForm onStarted={setJobId} />
      )}
    </Dialog>
  );
}

function FileForm({ onStarted }: { onStarted(jobId: string): void }) {
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async () => {
    if (!file) return;
    setBusy(true);
    setError(undefined);
    try {
      const url = `/api/fleet/import?name=${encodeURIComponent(file.name)}`;
      const { jobId } = await fetchJson<{ jobId: string }>(url, { method: 'POST', body: file });
      onStarted(jobId);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label="CSV file" hint={<code className="break-all">{EXAMPLE}</code>}>
        {(control) => (
          <Input
            {...control}
            type="file"
            accept=".csv,text/csv"
            className="py-1"
            required
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        )}
      </Field>
      {error && <ErrorNote>{error} Nothing of this file was kept.</ErrorNote>}
      <DialogActions>
        <Button type="submit" look="primary" disabled={busy || !file}>
          {busy ? 'Sending …' : 'Import'}
        </Button>
      </DialogActions>
    </form>
  );
}

type CourseProps = { jobId: string; reader: JobReader; onAgain(): void };

/** How far the import is; it goes on when this is closed, and the list of jobs keeps what it leaves. */
function Course({ jobId, reader, onAgain }: CourseProps) {
  const { data } = useLiveView('jobs', { limit: 20 }, { jobs: { rows: [], next: null }, total: 0 });
  const job = data.jobs.rows.find(({ id }) => id === jobId);
  const over = job?.state === 'done' || job?.state === 'failed';
  return (
    <div className="grid gap-4">
      <ul aria-label="The import" className="rounded-md border border-line">
        {job && <JobLine job={job} reader={reader} />}
      </ul>
      {!over && <p className="text-muted">It goes on when this is closed; Settings, Jobs shows it.</p>}
      {over && job?.credentialsUntil && (
        <Note tone="warning">
          The credentials of the new vehicles are stored as hashes only. Fetch them here or from the list of
          jobs within a day; after that they are not shown again.
        </Note>
      )}
      {over && job && (job.outcome?.faults ?? 0) > 0 && <Faults job={job} />}
      <DialogActions>
        <ButtonLink href="/settings/jobs">All jobs</ButtonLink>
        <Button onClick={onAgain}>Import another file</Button>
      </DialogActions>
    </div>
  );
}

function Faults({ job }: { job: Job }) {
  const { data, error } = useQuery({
    queryKey: ['faults', job.id],
    queryFn: ({ signal }) => fetchJson<{ faults: Fault[] }>(`/api/jobs/${job.id}/faults`, { signal }),
  });
  const shown = data?.faults ?? [];
  const more = (job.outcome?.faults ?? 0) - shown.length;
  return (
    <>
      {error && <ErrorNote>The faults could not be read: {error.message}</ErrorNote>}
      <PlainTable
        label="Faults by line"
        className="max-h-80 overflow-y-auto rounded-md border border-line"
        columns={[
          { header: 'Line', align: 'end' },
          { header: 'Column' },
          { header: 'Value' },
          { header: 'What is wrong' },
        ]}
        rows={shown.map((fault) => ({
          key: `${fault.line} ${fault.column}`,
          cells: [
            fault.line,
            fault.column,
            <code key="value" className="break-all">
              {fault.value}
            </code>,
            fault.reason,
          ],
        }))}
      />
      {data && more > 0 && <p className="text-muted">And {formatCount(more)} more in the file of faults.</p>}
    </>
  );
}
