import { z } from 'zod';
import { listJobRows } from '#lib/db/queries/jobs.ts';
import { defineView } from '../view.ts';

/** The newest long works with their progress. */
export const jobsView = defineView({
  name: 'jobs',
  params: z.object({ limit: z.int().min(1).max(100).default(50) }),
  action: 'fleet.read',
  affectedBy: (hint) => hint.subjects.includes('job'),
  async load({ db: { pool } }, { limit }) {
    const rows = await listJobRows(pool, { open: false, limit });
    // Cursors and the like are of no use on a screen.
    return { jobs: rows.map(({ result: _, ...job }) => job) };
  },
});
