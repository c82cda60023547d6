import { z } from 'zod';
import { systemContext } from '#lib/services/context.ts';
import { listAlertChannels } from '#lib/services/list-alert-channels.ts';
import { listAlertDeliveries } from '#lib/services/list-alert-deliveries.ts';
import { defineView } from '../view.ts';

/** Where alerts go, and the newest deliveries. */
export const alertsView = defineView({
  name: 'alerts',
  params: z.object({ channelId: z.string().max(64).optional() }),
  action: 'settings.read',
  everyMs: 5_000,
  affectedBy: (hint) => hint.subjects.includes('alert'),
  async load({ db, now }, { channelId }) {
    const context = systemContext(db, 'live', now);
    const [channels, log] = await Promise.all([
      listAlertChannels(context, {}),
      listAlertDeliveries(context, { channelId, limit: 50 }),
    ]);
    return {
      channels,
      deliveries: log.deliveries.map(({ id, body: _, ...delivery }) => ({ ...delivery, id: id.toString() })),
    };
  },
});
