import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { revokeCredential } from './vehicle-credentials.ts';
import { recordDeed } from './vehicle-timeline.ts';

/**
 * Retires a vehicle: its credential is revoked and its connection dropped. Campaigns see the reason
 * `retired`; its history stays until `eraseVehicle` takes the personal data away.
 */
export const retireVehicle = defineService({
  action: 'vehicle.retire',
  input: z.object({ vin: Vin, reason: z.string().trim().max(500).default('') }),
  run: (ctx, { vin, reason }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      // First, as ingest locks. Without a known fingerprint no heartbeat vouches for it; without a connection it is not online.
      await tx.vehicleState.updateMany({
        where: { vin },
        data: { fingerprint: null, online: false, connectionId: null },
      });
      const retired = await tx.vehicle.updateMany({
        where: { vin, retiredAt: null },
        data: { retiredAt: at },
      });
      if (retired.count === 0) throw new ConflictError(`There is no active vehicle ${vin}.`, { vin });
      await revokeCredential(tx, vin, at);
      const underWay = await tx.assignment.findMany({
        where: { vin, finishedAt: null },
        select: { campaignId: true, state: true },
      });
      await recordDeed(tx, ctx, vin, 'retired', reason);
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'vehicle.retire',
        subject: { type: 'vehicle', id: vin },
        before: { retiredAt: null },
        after: { retiredAt: at, reason },
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin, retiredAt: at, underWay, erasable: true as const };
    }),
});
