import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Prisma, Vehicle } from '#lib/db/generated/client.ts';
import { makeCredential, storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { type CsvFault, type CsvVehicle, parseVehicleCsv } from './vehicle-csv.ts';
import type { VehicleFields } from './vehicle-fields.ts';

/** Rows of one transaction: a chunk is registered as a whole, and the next one then begins. */
const CHUNK = 1000;

export type CsvRegistration = {
  registered: number;
  /** Lines whose vehicle was registered before with the same data; nothing was done. */
  unchanged: number;
  faults: CsvFault[];
  /** `vin,credential` of the newly registered, shown this once; empty where there are none. */
  credentialsCsv: string;
};

/**
 * Registers the vehicles of a CSV file. Every bad line is reported, the good ones are kept. The same file
 * again changes nothing; a vehicle that is registered with other data is a fault of its line.
 */
export const registerVehiclesFromCsv = defineService({
  action: 'vehicle.register',
  input: z.object({
    csv: z
      .string()
      .min(1)
      .max(64 * 1024 * 1024),
  }),
  async run(ctx, { csv }): Promise<CsvRegistration> {
    const { vehicles, faults } = parseVehicleCsv(csv);
    const credentials: [vin: string, credential: string][] = [];
    let unchanged = 0;
    for (let start = 0; start < vehicles.length; start += CHUNK) {
      const done = await registerChunk(ctx, vehicles.slice(start, start + CHUNK));
      credentials.push(...done.credentials);
      faults.push(...done.faults);
      unchanged += done.unchanged;
      await yieldToOthers();
    }
    faults.sort((a, b) => a.line - b.line);
    const credentialsCsv = credentials.length === 0 ? '' : stringify([['vin', 'credential'], ...credentials]);
    return { registered: credentials.length, unchanged, faults, credentialsCsv };
  },
});

async function registerChunk(ctx: ServiceContext, chunk: readonly CsvVehicle[]) {
  const secrets = new Map(chunk.map(({ fields }) => [fields.vin, makeCredential()]));
  const at = ctx.now();
  return ctx.db.prisma.$transaction(
    async (tx) => {
      const created = await tx.vehicle.createManyAndReturn({
        data: chunk.map(({ fields }) => ({ ...fields, registeredAt: at })),
        skipDuplicates: true,
        select: { vin: true },
      });
      const fresh = new Set(created.map(({ vin }) => vin));
      const present = await tx.vehicle.findMany({
        where: { vin: { in: chunk.flatMap(({ fields }) => (fresh.has(fields.vin) ? [] : [fields.vin])) } },
      });
      const known = new Map(present.map((vehicle) => [vehicle.vin, vehicle]));
      const faults = chunk.flatMap(({ line, fields }) => {
        const fault = compare(fields, known.get(fields.vin));
        return fault ? [{ line, ...fault }] : [];
      });
      const credentials = [...secrets].filter(([vin]) => fresh.has(vin));
      await storeNew(tx, ctx, credentials, at);
      return { credentials, faults, unchanged: known.size - faults.length };
    },
    { timeout: 60_000 },
  );
}

/** What keeps a line from being "unchanged"; undefined for one that is equal or that is new. */
function compare(fields: VehicleFields, vehicle: Vehicle | undefined): Omit<CsvFault, 'line'> | undefined {
  if (!vehicle) return undefined;
  if (vehicle.retiredAt) {
    return { column: 'vin', value: fields.vin, reason: 'is retired; register it singly to bring it back' };
  }
  for (const column of ['model', 'modelYear', 'region', 'timeZone'] as const) {
    if (fields[column] === vehicle[column]) continue;
    const reason = `is registered already with ${vehicle[column]}; edit the vehicle to change it`;
    return { column, value: String(fields[column]), reason };
  }
  return undefined;
}

async function storeNew(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  credentials: readonly (readonly [vin: string, credential: string])[],
  at: Date,
): Promise<void> {
  if (credentials.length === 0) return;
  const vins = credentials.map(([vin]) => vin);
  await tx.vehicleState.createMany({ data: vins.map((vin) => ({ vin })), skipDuplicates: true });
  await tx.vehicleCredential.createMany({
    data: credentials.map(([vin, credential]) => ({ vin, ...storedCredentialOf(credential), issuedAt: at })),
  });
  await tx.timelineEvent.createMany({
    data: vins.map((vin) => ({ vin, at, kind: 'registered', data: { by: ctx.actor.name } })),
  });
  await recordAudit(tx, {
    actor: ctx.actor,
    at,
    action: 'vehicle.register',
    subject: { type: 'vehicles', id: `${vins[0]} and ${vins.length - 1} more` },
    after: { vins },
  });
  await announceChange(tx, 'vehicle', vins);
}
