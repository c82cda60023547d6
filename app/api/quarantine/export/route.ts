import { loadQuarantineUrl, quarantineQueryOf } from '#components/quarantine/quarantine-url.ts';
import { exportQuarantineCsv } from '#lib/services/export-quarantine-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The quarantine rows that the page lists with the same query, as CSV, streamed. */
export const GET = withActor('quarantine.read', async (request, context) => {
  const url = loadQuarantineUrl(new URL(request.url).searchParams);
  return answerCsv('quarantine.csv', await exportQuarantineCsv(context, quarantineQueryOf(url)));
});
