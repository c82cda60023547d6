import { formatCount, formatShare } from '#components/ui/format.ts';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Tone } from '#components/ui/tones.ts';
import type { Job } from './jobs.tsx';

const STATES: Readonly<Record<string, { tone: Tone; word: string }>> = {
  queued: { tone: 'offline', word: 'Queued' },
  running: { tone: 'running', word: 'Running' },
  done: { tone: 'done', word: 'Done' },
  failed: { tone: 'failed', word: 'Failed' },
};

const KINDS: Readonly<Record<string, string>> = {
  tag_vehicles: 'Tag vehicles',
  plan: 'Plan a campaign',
};

/** One job: what, by whom, how far. */
export function JobLine({ job }: { job: Job }) {
  const { tone, word } = STATES[job.state] ?? { tone: 'offline' as const, word: job.state };
  const name = KINDS[job.kind] ?? job.kind.replaceAll('_', ' ');
  const total = job.total ?? 0;
  return (
    <li className="grid gap-1 border-line/70 border-b px-4 py-2 last:border-b-0" data-job={job.id}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">{name}</span>
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
      {job.error && <p className="break-words text-failed text-sm">{job.error}</p>}
    </li>
  );
}
