import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { recordDeed } from './vehicle-timeline.ts';

/** Confirms that a vehicle's TCU was replaced on purpose: offers to the vehicle may go on. */
export const confirmTcu = defineService({
  action: 'vehicle.confirm_tcu',
  input: z.object({ vin: Vin }),
  run: (ctx, { vin }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const confirmed = await tx.vehicleState.updateManyAndReturn({
        where: { vin, tcuReplacedAt: { not: null } },
        data: { tcuReplacedAt: null },
        select: { epoch: true, tcuSerial: true },
      });
      const state = confirmed[0];
      if (!state) throw new ConflictError(`No replaced TCU of ${vin} waits for confirmation.`, { vin });
      await tx.tcuEpoch.updateMany({
        where: { vin, epoch: state.epoch },
        data: { confirmedAt: at, confirmedBy: ctx.actor.name },
      });
      await recordDeed(tx, ctx, vin, 'tcu_confirmed', `TCU ${state.tcuSerial ?? 'without serial'}`);
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'vehicle.confirm_tcu',
        subject: { type: 'vehicle', id: vin },
        after: { epoch: state.epoch, tcuSerial: state.tcuSerial },
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin, epoch: state.epoch };
    }),
});
