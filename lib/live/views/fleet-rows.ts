import { z } from 'zod';
import { listFleet } from '#lib/db/queries/fleet.ts';
import { concernsVehicle, defineView, hasSeen } from '../view.ts';

const MOST_ROWS = 200;

/** The rows that a fleet table shows just now, by VIN: only what can be seen is kept fresh. */
export const fleetRowsView = defineView({
  name: 'fleet-rows',
  params: z.object({ vins: z.array(z.string().max(64)).max(MOST_ROWS), retired: z.boolean().default(false) }),
  action: 'fleet.read',
  affectedBy: (hint, { vins }) => vins.some((vin) => concernsVehicle(hint, vin) || hasSeen(hint, vin)),
  // What only hints tell of would stay as it is after one that was lost.
  everyMs: 30_000,
  async load({ db, now }, { vins, retired }) {
    if (vins.length === 0) return { rows: [] };
    const { rows } = await listFleet(
      db.pool,
      {
        filter: { kind: 'text', field: 'vin', operator: 'in', values: vins },
        retired,
        sort: 'vin',
        descending: false,
        limit: MOST_ROWS,
      },
      now(),
    );
    return { rows };
  },
});
