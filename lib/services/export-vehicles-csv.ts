import { FleetQuery, type FleetRow, walkFleet } from '#lib/db/queries/fleet.ts';
import { csvPieces } from './csv-pieces.ts';
import { defineService } from './define-service.ts';

const COLUMNS = [
  'vin',
  'model',
  'modelYear',
  'region',
  'timeZone',
  'tags',
  'skilledPersonOnly',
  'online',
  'lastSeenAt',
  'lastReportAt',
  'tcuSoftwareVersion',
  'campaignId',
  'assignmentState',
  'registeredAt',
] as const satisfies readonly (keyof FleetRow)[];

/** The vehicles of a selection as CSV in pieces; the first columns are those that registration reads. */
export const exportVehiclesCsv = defineService({
  action: 'fleet.read',
  input: FleetQuery.omit({ cursor: true, limit: true }),
  run: async (ctx, query) => csvPieces(COLUMNS, walkFleet(ctx.db.pool, query, ctx.now())),
});
