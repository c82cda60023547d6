import { z } from 'zod';
import { readOverview } from '#lib/db/queries/overview.ts';
import { readStreamLag } from '#lib/db/queries/stream-lag.ts';
import { defineView } from '../view.ts';

const SUBJECTS = ['vehicle', 'campaign', 'catalog', 'quarantine', 'health', 'setting'] as const;

/** The first page: fleet, campaigns under way, what waits for a person, compliance, lag. */
export const overviewView = defineView({
  name: 'overview',
  params: z.object({}),
  action: 'fleet.read',
  everyMs: 2_000,
  affectedBy: (hint) => SUBJECTS.some((subject) => hint.subjects.includes(subject)),
  async load({ db, now }) {
    const [overview, lag] = await Promise.all([readOverview(db.pool, now()), readStreamLag(db.pool)]);
    // What only says when it was read would make every read a change.
    const { at: _, ...fleet } = overview.fleet;
    return { ...overview, fleet, lag };
  },
});
