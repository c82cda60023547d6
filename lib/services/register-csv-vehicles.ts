import type { Prisma, Vehicle } from '#lib/db/generated/client.ts';
import { makeCredential, storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import type { CsvFault, CsvVehicle } from './vehicle-csv.ts';
import type { VehicleFields } from './vehicle-fields.ts';

export type RegisteredChunk = {
  credentials: (readonly [vin: string, credential: string])[];
  faults: CsvFault[];
  /** Lines whose vehicle was registered before with the same data; nothing was done. */
  unchanged: number;
};

/**
 * Registers vehicles of a CSV file within the caller's transaction. One that is registered already with other
 * data is a fault of its line. The credentials are returned this once and kept nowhere.
 */
export async function registerCsvVehicles(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  vehicles: readonly CsvVehicle[],
): Promise<RegisteredChunk> {
  const secrets = new Map(vehicles.map(({ fields }) => [fields.vin, makeCredential()]));
  const at = ctx.now();
  const created = await tx.vehicle.createManyAndReturn({
    data: vehicles.map(({ fields }) => ({ ...fields, registeredAt: at })),
    skipDuplicates: true,
    select: { vin: true },
  });
  const fresh = new Set(created.map(({ vin }) => vin));
  const present = await tx.vehicle.findMany({
    where: { vin: { in: vehicles.flatMap(({ fields }) => (fresh.has(fields.vin) ? [] : [fields.vin])) } },
  });
  const known = new Map(present.map((vehicle) => [vehicle.vin, vehicle]));
  const faults = vehicles.flatMap(({ line, fields }) => {
    const fault = compare(fields, known.get(fields.vin));
    return fault ? [{ line, ...fault }] : [];
  });
  const credentials = [...secrets].filter(([vin]) => fresh.has(vin));
  await storeNew(tx, ctx, credentials, at);
  return { credentials, faults, unchanged: known.size - faults.length };
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
