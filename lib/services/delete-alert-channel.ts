import { z } from 'zod';
import { NotFoundError } from '#lib/errors.ts';
import { withoutSecret } from './alert-channel-fields.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Deletes a channel together with its log of deliveries. */
export const deleteAlertChannel = defineService({
  action: 'settings.write',
  input: z.object({ id: z.string().min(1) }),
  run: (ctx, { id }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const before = await tx.alertChannel.findUnique({ where: { id }, omit: { secret: true } });
      if (!before) throw new NotFoundError('There is no such channel.', { id });
      await tx.alertChannel.delete({ where: { id } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'alert.delete_channel',
        subject: { type: 'alert_channel', id },
        before: withoutSecret(before),
      });
      await announceChange(tx, 'alert');
      return { id };
    }),
});
