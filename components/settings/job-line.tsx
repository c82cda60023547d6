import { Download } from 'lucide-react';
import { buttonClass } from '#components/ui/button.tsx';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Tone } from '#components/ui/tones.ts';
import type { ViewValue } from '#lib/live/views.ts';

export type Job = ViewValue<'jobs'>['jobs']['rows'][number];
/** Who looks at it: what a job made is for those who may, and credentials for the one who began it. */
export type JobReader = { id: string; mayRegister: boolean };

const STATES: Readonly<Record<string, { tone: Tone; word: string }>> = {
  queued: { tone: 'offline', word: 'Queued' },
  running: { tone: 'running', word: 'Running' },
  done: { tone: 'done', word: 'Done' },
  failed: { tone: 'failed', word: 'Failed' },
};

const KINDS: Readonly<Record<string, string>> = {
  tag_vehicles: 'Tag vehicles',
  import_vehicles: 'Import vehicles',
  plan: 'Plan a campaign',
};

/** One job: what, by whom, how far, and what it made. */
export function JobLine({ job, reader }: { job: Job; reader: JobReader }) {
  const { tone, word } = STATES[job.state] ?? { tone: 'offline' as const, word: job.state };
  const name = KINDS[job.kind] ?? job.kind.replaceAll('_', ' ');
  const total = job.total ?? 0;
  return (
    <li className="grid gap-1 border-line/70 border-b px-4 py-2 last:border-b-0" data-job={job.id}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="min-w-0 break-words font-medium">
          {name}
          {job.fileName && <span className="font-normal text-muted"> {job.fileName}</span>}
        </span>
        <Status tone={tone}>{word}</Status>
        <span className="text-muted">
          {job.total === null
            ? formatCount(job.done)
            : `${formatCount(job.done)} of ${formatCount(total)} (${formatShare(Math.min(job.done, total), total)})`}
        </span>
        <span className="ml-auto text-muted text-sm">
          {job.createdBy}, <Time at={job.finishedAt ?? job.startedAt ?? job.createdAt} />
        </span>
      </div>
      {job.state === 'running' && total > 0 && (
        <progress
          aria-label={`Progress of ${name}`}
          max={total}
          value={Math.min(job.done, total)}
          className="h-1.5 w-full overflow-hidden rounded-[3px] [&::-moz-progress-bar]:bg-running [&::-webkit-progress-bar]:bg-line/70 [&::-webkit-progress-value]:bg-running"
        />
      )}
      {job.outcome && <Outcome job={job} outcome={job.outcome} reader={reader} />}
      {job.error && (
        <p className="break-words text-failed text-sm">
          <span aria-hidden>✕ </span>
          {job.error} What was done until then is kept.
        </p>
      )}
    </li>
  );
}

type OutcomeProps = { job: Job; outcome: NonNullable<Job['outcome']>; reader: JobReader };

/** What became of an import's lines, its faults and its credentials to fetch. */
function Outcome({ job, outcome: { registered, unchanged, faults }, reader }: OutcomeProps) {
  const words = `${formatCount(registered)} registered, ${formatCount(unchanged)} unchanged, ${formatCount(faults)} ${faults === 1 ? 'fault' : 'faults'}`;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span role="status">{words}</span>
      {faults > 0 && reader.mayRegister && (
        <a className={buttonClass({ size: 'small' })} href={`/api/jobs/${job.id}/faults/export`} download>
          <Download aria-hidden /> Faults
        </a>
      )}
      {job.credentialsUntil && reader.mayRegister && job.byId === reader.id && (
        <>
          <a
            className={buttonClass({ size: 'small', look: 'primary' })}
            href={`/api/jobs/${job.id}/credentials`}
            download
          >
            <Download aria-hidden /> Download credentials
          </a>
          <span className="text-muted text-sm">
            kept for you until <Time at={job.credentialsUntil} />
          </span>
        </>
      )}
    </div>
  );
}
