import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import type { Prisma } from '#lib/db/generated/client.ts';
import type { ServiceContext } from './context.ts';

/** What people do to a vehicle, as its timeline names it. */
export type VehicleDeed =
  | 'registered'
  | 'edited'
  | 'credential_rotated'
  | 'retired'
  | 'erased'
  | 'tcu_confirmed'
  | 'ecu_confirmed'
  | 'unblocked';

/**
 * Appends a deed of a person to the timeline of a vehicle, within the transaction that does it, and has the
 * campaign engine look at the vehicle again once that is committed.
 */
export async function recordDeed(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  vin: string,
  kind: VehicleDeed,
  detail?: string,
): Promise<void> {
  await tx.timelineEvent.create({
    data: { vin, at: ctx.now(), kind, detail: detail ?? null, data: { by: ctx.actor.name } },
  });
  await tx.$executeRaw`SELECT pg_notify(${ENGINE_CHANNEL}, ${`vehicle:${vin}`})`;
}
