import { z } from 'zod';
import { NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** The event of a test, which no channel chooses: it goes to the one that is tested, even while that is off. */
export const TEST_EVENT = 'test';

/** Queues a test to one channel; it is delivered, repeated and logged like any alert. */
export const testAlertChannel = defineService({
  action: 'settings.write',
  input: z.object({ id: z.string().min(1) }),
  run: (ctx, { id }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const channel = await tx.alertChannel.findUnique({ where: { id }, select: { name: true, kind: true } });
      if (!channel) throw new NotFoundError('There is no such channel.', { id });
      const at = ctx.now();
      const { id: deliveryId } = await tx.alertDelivery.create({
        data: {
          channelId: id,
          event: TEST_EVENT,
          subject: `Test of ${channel.name}`,
          body: { text: `${ctx.actor.name} tests this channel. Nothing has happened in the fleet.` },
          nextAt: at,
          createdAt: at,
        },
        select: { id: true },
      });
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'alert.test_channel',
        subject: { type: 'alert_channel', id },
        after: { name: channel.name, kind: channel.kind },
      });
      await announceChange(tx, 'alert');
      return { deliveryId: deliveryId.toString() };
    }),
});
