import { randomUUID } from 'node:crypto';
import { AlertChannelFields, withoutSecret } from './alert-channel-fields.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Adds a channel for alerts. */
export const createAlertChannel = defineService({
  action: 'settings.write',
  input: AlertChannelFields,
  run: (ctx, fields) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const id = randomUUID();
      await tx.alertChannel.create({ data: { id, ...fields, createdAt: ctx.now() } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'alert.create_channel',
        subject: { type: 'alert_channel', id },
        after: withoutSecret(fields),
      });
      await announceChange(tx, 'alert');
      return { id };
    }),
});
