import { z } from 'zod';
import { readVehicleAssignments, type VehicleAssignment } from '#lib/db/queries/vehicle.ts';
import { csvPieces, walkPages } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'campaignId',
  'campaignName',
  'campaignState',
  'waveName',
  'state',
  'attempt',
  'notifiedAt',
  'deliveredAt',
  'acknowledgedAt',
  'finishedAt',
  'updatedAt',
  'late',
  'reasonCode',
  'reasonDetail',
  'failedEcuId',
  'reasons',
] as const satisfies readonly (keyof VehicleAssignment)[];

/** Every campaign that a vehicle is or was in, as CSV, the one that changed last first. */
export const exportVehicleCampaignsCsv = defineService({
  action: 'fleet.read',
  input: z.object({ vin: z.string().min(1).max(64) }),
  run: async (ctx, { vin }) =>
    csvPieces(
      COLUMNS,
      walkPages((cursor) => readVehicleAssignments(ctx.db.pool, vin, { cursor, limit: 1000 })),
    ),
});
