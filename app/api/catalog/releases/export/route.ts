import { loadReleaseUrl, releaseQueryOf } from '#components/catalog/release-url.ts';
import { exportReleasesCsv } from '#lib/services/export-releases-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The releases that the catalog lists with the same query, as CSV, streamed. */
export const GET = withActor('catalog.read', async (request, context) => {
  const url = loadReleaseUrl(new URL(request.url).searchParams);
  return answerCsv('releases.csv', await exportReleasesCsv(context, releaseQueryOf(url)));
});
