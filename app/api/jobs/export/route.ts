import { exportJobsCsv } from '#lib/services/export-jobs-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** All jobs as CSV, streamed. */
export const GET = withActor('fleet.read', async (_request, context) =>
  answerCsv('jobs.csv', await exportJobsCsv(context, {})),
);
