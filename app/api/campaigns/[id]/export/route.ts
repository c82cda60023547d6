import { loadAssignmentUrl, selectionOf } from '#components/monitor/assignment-url.ts';
import { exportAssignmentsCsv } from '#lib/services/export-assignments-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The vehicles that the campaign's page lists with the same query, as CSV, streamed. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, context, { id }) => {
  const url = loadAssignmentUrl(new URL(request.url).searchParams);
  return answerCsv('assignments.csv', await exportAssignmentsCsv(context, selectionOf(id, url)));
});
