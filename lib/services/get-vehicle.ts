import { z } from 'zod';
import { readVehicle, readVehicleAssignments, readVehicleEcus } from '#lib/db/queries/vehicle.ts';
import { readTcuEpochs } from '#lib/db/queries/vehicle-history.ts';
import { readTogether } from '#lib/db/together.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';

const NEWEST = 100;

/** One vehicle with its ECUs, the newest of its campaigns (`getVehicleCampaigns` has the others) and the TCUs that spoke for it. */
export const getVehicle = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64) }),
  async run(ctx, { vin }) {
    const { pool } = ctx.db;
    const [vehicle, ecus, campaigns, tcus] = await readTogether(pool, (client) => [
      () => readVehicle(client, vin),
      () => readVehicleEcus(client, vin),
      () => readVehicleAssignments(client, vin, { limit: NEWEST }),
      () => readTcuEpochs(client, vin),
    ]);
    if (!vehicle) throw new NotFoundError(`There is no vehicle ${vin}.`, { vin });
    return { vehicle, ecus, campaigns, tcus };
  },
});
