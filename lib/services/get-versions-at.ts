import { z } from 'zod';
import { readVersionsAt } from '#lib/db/queries/vehicle-history.ts';
import { defineService } from './define-service.ts';

/** What ran on every ECU of a vehicle at an instant, by the server's receipt times. */
export const getVersionsAt = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64), at: z.coerce.date() }),
  run: (ctx, { vin, at }) => readVersionsAt(ctx.db.pool, vin, at),
});
