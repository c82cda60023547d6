import { z } from 'zod';
import {
  readHeardOf,
  readVehicle,
  readVehicleAssignments,
  readVehicleEcus,
} from '#lib/db/queries/vehicle.ts';
import { readTcuEpochs, readTimeline, readVersionHistory } from '#lib/db/queries/vehicle-history.ts';
import { readTogether } from '#lib/db/together.ts';
import { concernsVehicle, defineView, hasSeen } from '../view.ts';

const NEWEST = 100;

/** One vehicle with its ECUs, campaigns, and the newest part of its timeline and history; null if there is none. */
export const vehicleView = defineView({
  name: 'vehicle',
  params: z.object({ vin: z.string().min(1).max(64) }),
  action: 'fleet.read',
  affectedBy: (hint, { vin }) => concernsVehicle(hint, vin) || hint.subjects.includes('catalog'),
  seenBy: (hint, { vin }) => hasSeen(hint, vin),
  everyMs: 30_000,
  async load({ db: { pool } }, { vin }) {
    const [vehicle, ecus, campaigns, tcus, timeline, history] = await readTogether(pool, (client) => [
      () => readVehicle(client, vin),
      () => readVehicleEcus(client, vin),
      () => readVehicleAssignments(client, vin, { limit: NEWEST }),
      () => readTcuEpochs(client, vin),
      () => readTimeline(client, vin, { limit: NEWEST }),
      () => readVersionHistory(client, vin, { limit: NEWEST }),
    ]);
    return vehicle && { vehicle, ecus, campaigns, tcus, timeline, history };
  },
  async rereadAll({ db: { pool } }, params, last) {
    const heard = await readHeardOf(
      pool,
      params.map(({ vin }) => vin),
    );
    return last.map((one) => {
      const now = one && heard.get(one.vehicle.vin);
      return now && { ...one, vehicle: { ...one.vehicle, ...now } };
    });
  },
});
