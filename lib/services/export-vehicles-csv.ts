import { stringify } from 'csv-stringify/sync';
import { FleetQuery, type FleetRow, walkFleet } from '#lib/db/queries/fleet.ts';
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
  async run(ctx, query) {
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      yield stringify([[...COLUMNS]], { escape_formulas: true });
      for await (const rows of walkFleet(ctx.db.pool, query, ctx.now())) {
        yield stringify(
          rows.map((row) => COLUMNS.map((name) => cellOf(row[name]))),
          { escape_formulas: true },
        );
      }
    }
  },
});

function cellOf(value: FleetRow[keyof FleetRow]): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join('|');
  return value === null ? '' : String(value);
}
