import { alertsQueryOf, loadAlertsUrl } from '#components/settings/alerts-url.ts';
import { listAlertDeliveries } from '#lib/services/list-alert-deliveries.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of the log of alert deliveries in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('settings.read', async (request, context) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  return answerJson(
    await listAlertDeliveries(context, { ...alertsQueryOf(loadAlertsUrl(query)), cursor, limit: 50 }),
  );
});
