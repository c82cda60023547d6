import { z } from 'zod';
import { NotFoundError } from '#lib/errors.ts';
import { AlertChannelFields, withoutSecret } from './alert-channel-fields.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Replaces a channel's definition. A webhook keeps its secret where none is given. */
export const editAlertChannel = defineService({
  action: 'settings.write',
  input: z.object({ id: z.string().min(1), channel: AlertChannelFields }),
  run: (ctx, { id, channel }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const before = await tx.alertChannel.findUnique({ where: { id }, omit: { secret: true } });
      if (!before) throw new NotFoundError('There is no such channel.', { id });
      const secret = channel.kind === 'email' ? { secret: null } : {};
      await tx.alertChannel.update({ where: { id }, data: { ...secret, ...channel } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'alert.edit_channel',
        subject: { type: 'alert_channel', id },
        before: withoutSecret(before),
        after: withoutSecret(channel),
      });
      await announceChange(tx, 'alert');
      return { id };
    }),
});
