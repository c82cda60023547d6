import { z } from 'zod';
import {
  AssignmentSelection,
  countAssignments,
  listAssignments as list,
} from '#lib/db/queries/campaign-assignments.ts';
import { defineService } from './define-service.ts';

/** One page of a campaign's vehicles by VIN, by keyset; with the exact count where asked for. */
export const listAssignments = defineService({
  action: 'campaign.read',
  input: AssignmentSelection.extend({
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(500).default(100),
    counted: z.boolean().default(false),
  }),
  async run({ db: { pool } }, { cursor, limit, counted, ...selection }) {
    const [page, total] = await Promise.all([
      list(pool, selection, { cursor, limit }),
      counted ? countAssignments(pool, selection) : null,
    ]);
    return { ...page, total };
  },
});
