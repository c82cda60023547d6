import { z } from 'zod';
import { countJobs } from '#lib/db/queries/jobs.ts';
import { systemContext } from '#lib/services/context.ts';
import { listJobs } from '#lib/services/list-jobs.ts';
import { defineView } from '../view.ts';

/** The newest long works with their progress, and how many there are. */
export const jobsView = defineView({
  name: 'jobs',
  params: z.object({ limit: z.int().min(1).max(100).default(50) }),
  action: 'fleet.read',
  affectedBy: (hint) => hint.subjects.includes('job'),
  async load({ db, now }, { limit }) {
    const [jobs, total] = await Promise.all([
      listJobs(systemContext(db, 'live', now), { limit }),
      countJobs(db.pool),
    ]);
    return { jobs, total };
  },
});
