import { countAlertDeliveries } from '#lib/db/queries/alert-deliveries.ts';
import { systemContext } from '#lib/services/context.ts';
import { listAlertChannels } from '#lib/services/list-alert-channels.ts';
import { listAlertDeliveries } from '#lib/services/list-alert-deliveries.ts';
import { defineView } from '../view.ts';

const NEWEST = 50;

/** Where alerts go, the newest deliveries of a filter, and how many it has. */
export const alertsView = defineView({
  name: 'alerts',
  params: listAlertDeliveries.input.pick({ channelId: true, state: true }),
  action: 'settings.read',
  everyMs: 5_000,
  affectedBy: (hint) => hint.subjects.includes('alert'),
  async load({ db, now }, query) {
    const context = systemContext(db, 'live', now);
    const [channels, deliveries, total] = await Promise.all([
      listAlertChannels(context, {}),
      listAlertDeliveries(context, { ...query, limit: NEWEST }),
      countAlertDeliveries(db.pool, query),
    ]);
    return { channels, deliveries, total };
  },
});
