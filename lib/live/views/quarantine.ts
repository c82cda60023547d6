import { z } from 'zod';
import { countQuarantine, listQuarantineRows } from '#lib/db/queries/quarantine.ts';
import { describeQuarantineReason } from '#lib/domain/quarantine-reason.ts';
import { defineView } from '../view.ts';

const NEWEST = 100;

/** The newest rows of the quarantine in one state, and the open ones by reason. */
export const quarantineView = defineView({
  name: 'quarantine',
  params: z.object({
    state: z.enum(['open', 'replayed', 'dismissed']),
    reason: z.string().max(100).optional(),
    source: z.string().max(300).optional(),
    vin: z.string().max(64).optional(),
  }),
  action: 'quarantine.read',
  affectedBy: (hint) => hint.subjects.includes('quarantine'),
  async load({ db: { pool } }, query) {
    const [page, open] = await Promise.all([
      listQuarantineRows(pool, { ...query, limit: NEWEST }),
      countQuarantine(pool),
    ]);
    return {
      ...page,
      open: open.map((row) => ({ ...row, words: describeQuarantineReason(row.reason) })),
    };
  },
});
