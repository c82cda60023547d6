import { z } from 'zod';
import { type JobRow, listJobRows } from '#lib/db/queries/jobs.ts';
import { CREDENTIAL_HOURS } from '#lib/db/retention.ts';
import { defineService } from './define-service.ts';
import { ImportProgress } from './import-job.ts';

export type JobEntry = Omit<JobRow, 'result' | 'credentialsAt'> & {
  /** What became of the lines of an import so far. */
  outcome: Pick<ImportProgress, 'registered' | 'unchanged' | 'faults'> | null;
  /** Until when credentials that it made can be fetched; null where there are none. */
  credentialsUntil: Date | null;
};

/** One page of jobs, the newest first. */
export const listJobs = defineService({
  action: 'fleet.read',
  input: z.object({
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(50),
  }),
  async run(ctx, query) {
    const { rows, next } = await listJobRows(ctx.db.pool, query);
    return { rows: rows.map(entryOf), next };
  },
});

/** A job as it is shown: cursors and the like are of no use on a screen. */
export function entryOf({ result, credentialsAt, ...job }: JobRow): JobEntry {
  const progress = ImportProgress.safeParse(result).data;
  return {
    ...job,
    outcome: progress
      ? { registered: progress.registered, unchanged: progress.unchanged, faults: progress.faults }
      : null,
    credentialsUntil: credentialsAt && new Date(credentialsAt.getTime() + CREDENTIAL_HOURS * 3_600_000),
  };
}
