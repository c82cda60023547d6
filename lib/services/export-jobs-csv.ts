import { z } from 'zod';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';
import { type JobEntry, listJobs } from './list-jobs.ts';

const COLUMNS = [
  'id',
  'kind',
  'fileName',
  'state',
  'done',
  'total',
  'outcome',
  'error',
  'createdBy',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const satisfies readonly (keyof JobEntry)[];

/** All jobs as CSV, the newest first, in pieces to be sent as they come. */
export const exportJobsCsv = defineService({
  action: 'fleet.read',
  input: z.object({}),
  run: async (ctx) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => listJobs(ctx, { cursor, limit: 1000 })),
    ),
});
