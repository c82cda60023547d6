import { type AlertDeliveryRow, listAlertDeliveryRows } from '#lib/db/queries/alert-deliveries.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';
import { listAlertDeliveries } from './list-alert-deliveries.ts';

const COLUMNS = [
  'id',
  'event',
  'subject',
  'channelName',
  'channelKind',
  'state',
  'attempts',
  'error',
  'createdAt',
  'deliveredAt',
] as const satisfies readonly (keyof AlertDeliveryRow)[];

/** The alert deliveries of a filter as CSV, newest first, in pieces to be sent as they come. */
export const exportAlertDeliveriesCsv = defineService({
  action: 'settings.read',
  input: listAlertDeliveries.input.omit({ cursor: true, limit: true }),
  run: async (ctx, query) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => listAlertDeliveryRows(ctx.db.pool, { ...query, cursor, limit: 1000 })),
    ),
});
