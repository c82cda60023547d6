import { alertsQueryOf, loadAlertsUrl } from '#components/settings/alerts-url.ts';
import { exportAlertDeliveriesCsv } from '#lib/services/export-alert-deliveries-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The alert deliveries that the page lists with the same query, as CSV, streamed. */
export const GET = withActor('settings.read', async (request, context) => {
  const url = loadAlertsUrl(new URL(request.url).searchParams);
  return answerCsv('alert-deliveries.csv', await exportAlertDeliveriesCsv(context, alertsQueryOf(url)));
});
