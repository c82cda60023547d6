import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { recordDeed } from './vehicle-timeline.ts';

/** Lifts the hold that a failed rollback put on a vehicle; the comment says how its ECUs were put right. */
export const clearBlock = defineService({
  action: 'vehicle.unblock',
  input: z.object({ vin: Vin, comment: z.string().trim().min(3, 'say how it was put right').max(1000) }),
  run: (ctx, { vin, comment }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const before = await tx.vehicle.findUnique({
        where: { vin },
        select: { blockedAt: true, partialEcus: true },
      });
      const cleared = await tx.vehicle.updateMany({
        where: { vin, blockedAt: { not: null } },
        data: { blockedAt: null, partialEcus: [] },
      });
      if (cleared.count === 0) throw new ConflictError(`The vehicle ${vin} is not blocked.`, { vin });
      await recordDeed(tx, ctx, vin, 'unblocked', comment);
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'vehicle.unblock',
        subject: { type: 'vehicle', id: vin },
        before,
        after: { blockedAt: null, partialEcus: [], comment },
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin };
    }),
});
