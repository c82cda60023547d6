import type { Prisma } from '#lib/db/generated/client.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { issueCredential } from './vehicle-credentials.ts';
import { VehicleFields } from './vehicle-fields.ts';
import { recordDeed } from './vehicle-timeline.ts';

export type RegisteredVehicle = {
  vin: string;
  /** The TCU's password, shown this once. */
  credential: string;
  /** False where a retired vehicle came back, or one that had registered itself was completed. */
  created: boolean;
};

/**
 * Registers a vehicle and issues its credential. A retired vehicle comes back with its history, one that had
 * registered itself is completed; a VIN that is registered already is a `ConflictError`.
 */
export const registerVehicle = defineService({
  action: 'vehicle.register',
  input: VehicleFields,
  run: (ctx, fields) => ctx.db.prisma.$transaction((tx) => registerIn(tx, ctx, fields)),
});

/** `registerVehicle` within a transaction of the caller, who has checked permission and input. */
export async function registerIn(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  fields: VehicleFields,
): Promise<RegisteredVehicle> {
  const at = ctx.now();
  const { vin, ...rest } = fields;
  const created = await tx.vehicle.createMany({
    data: [{ ...fields, complete: true, registeredAt: at }],
    skipDuplicates: true,
  });
  if (created.count === 0) {
    const revived = await tx.vehicle.updateMany({
      where: { vin, erasedAt: null, OR: [{ retiredAt: { not: null } }, { complete: false }] },
      data: { ...rest, complete: true, retiredAt: null },
    });
    if (revived.count === 0) {
      throw new ConflictError(`The vehicle ${vin} is registered already.`, { vin }, 'vehicle_exists');
    }
  }
  await tx.vehicleState.createMany({ data: [{ vin }], skipDuplicates: true });
  const credential = await issueCredential(tx, vin, at);
  await recordDeed(tx, ctx, vin, 'registered');
  await recordAudit(tx, {
    actor: ctx.actor,
    at,
    action: 'vehicle.register',
    subject: { type: 'vehicle', id: vin },
    after: fields,
  });
  await announceChange(tx, 'vehicle', [vin]);
  return { vin, credential, created: created.count > 0 };
}
