import { z } from 'zod';
import { ConfiguredEcu, presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { recordDeed } from './vehicle-timeline.ts';

/**
 * Confirms that ECUs were exchanged on purpose, those named or all that wait for it: campaigns may update them
 * again. Throws a `ConflictError` where none waits.
 */
export const confirmEcuSwap = defineService({
  action: 'vehicle.confirm_ecu',
  input: z.object({
    vin: Vin,
    ecuIds: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
    comment: z.string().trim().min(3, 'say why it was exchanged').max(1000),
  }),
  run: (ctx, { vin, ecuIds, comment }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      // Reports of the vehicle wait meanwhile, so that the key is that of the ECUs as they are stored.
      await tx.$queryRaw`SELECT 1 FROM vehicle_states WHERE vin = ${vin} FOR NO KEY UPDATE`;
      const swapped = await tx.ecu.findMany({
        where: { vin, swappedAt: { not: null }, ...(ecuIds && { ecuId: { in: ecuIds } }) },
        orderBy: { ecuId: 'asc' },
        select: { ecuId: true, serial: true, hardwareVersion: true, swappedAt: true },
      });
      const confirmed = swapped.map(({ ecuId }) => ecuId);
      if (confirmed.length === 0)
        throw new ConflictError(`No exchanged ECU of ${vin} waits for confirmation.`, { vin, ecuIds });
      await tx.ecu.updateMany({ where: { vin, ecuId: { in: confirmed } }, data: { swappedAt: null } });
      const ecus = await tx.ecu.findMany({ where: { vin } });
      const key = configurationKey({
        ecus: ecus.map((ecu) => ConfiguredEcu.parse({ ...ecu, state: presenceOf(ecu) })),
      });
      await tx.vehicleState.update({
        where: { vin },
        data: { configurationKey: key, ecuRevision: { increment: 1 } },
      });
      await recordDeed(tx, ctx, vin, 'ecu_confirmed', `${confirmed.join(', ')}: ${comment}`);
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'vehicle.confirm_ecu',
        subject: { type: 'vehicle', id: vin },
        before: { swapped },
        after: { ecuIds: confirmed, comment },
      });
      await announceChange(tx, 'vehicle', [vin]);
      return { vin, ecuIds: confirmed };
    }),
});
