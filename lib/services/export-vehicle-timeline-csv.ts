import { z } from 'zod';
import { readTimeline, type TimelineRow } from '#lib/db/queries/vehicle-history.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'at',
  'kind',
  'campaignId',
  'campaignName',
  'attempt',
  'phase',
  'fromState',
  'toState',
  'ecuId',
  'code',
  'detail',
  'latencyMs',
  'epoch',
  'sequence',
  'data',
  'id',
] as const satisfies readonly (keyof TimelineRow)[];

/** Everything that happened to a vehicle as CSV, newest first; of one campaign where one is named. */
export const exportVehicleTimelineCsv = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64), campaignId: z.string().optional() }),
  run: async (ctx, { vin, campaignId }) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => readTimeline(ctx.db.pool, vin, { campaignId, cursor, limit: 1000 })),
    ),
});
