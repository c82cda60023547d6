import { z } from 'zod';
import { readJob } from '#lib/db/queries/jobs.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';
import { entryOf } from './list-jobs.ts';

/** A long work and how far it is. */
export const getJob = defineService({
  action: 'fleet.read',
  input: z.object({ id: z.string().min(1) }),
  async run(ctx, { id }) {
    const job = await readJob(ctx.db.pool, id);
    if (!job) throw new NotFoundError('There is no such job.', { id });
    return entryOf(job);
  },
});
