import { z } from 'zod';
import { defineService } from './define-service.ts';

/** VINs of one question; more do not fit into one request of a page. */
export const MOST_VINS = 40_000;

/** Which of these VINs are registered, and which are not, each in the order given. */
export const matchVins = defineService({
  action: 'fleet.read',
  input: z.object({ vins: z.array(z.string().min(1).max(64)).min(1).max(MOST_VINS) }),
  async run(ctx, { vins }) {
    const { rows } = await ctx.db.pool.query<{ vin: string }>(
      'SELECT vin FROM vehicles WHERE vin = ANY ($1) AND retired_at IS NULL',
      [vins],
    );
    const registered = new Set(rows.map(({ vin }) => vin));
    const given = [...new Set(vins)];
    return {
      found: given.filter((vin) => registered.has(vin)),
      missing: given.filter((vin) => !registered.has(vin)),
    };
  },
});
