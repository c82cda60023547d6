import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { issueCredential } from './vehicle-credentials.ts';
import { recordDeed } from './vehicle-timeline.ts';

/** Replaces a vehicle's credential at once: the old one is refused from then on, the new one shown once. */
export const rotateCredential = defineService({
  action: 'vehicle.credential',
  input: z.object({ vin: Vin }),
  run: (ctx, { vin }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const active = await tx.vehicle.updateMany({
        where: { vin, retiredAt: null },
        data: { retiredAt: null },
      });
      if (active.count === 0) throw new ConflictError(`There is no active vehicle ${vin}.`, { vin });
      const credential = await issueCredential(tx, vin, at);
      await recordDeed(tx, ctx, vin, 'credential_rotated');
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'vehicle.credential',
        subject: { type: 'vehicle', id: vin },
        after: { issuedAt: at },
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin, credential };
    }),
});
