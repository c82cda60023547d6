import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Lets a disabled operator sign in again. */
export const enableOperator = defineService({
  action: 'operator.manage',
  input: z.object({ id: z.string().min(1) }),
  run: (ctx, { id }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const enabled = await tx.user.updateMany({
        where: { id, banned: true },
        data: { banned: false, banReason: null, banExpires: null, updatedAt: ctx.now() },
      });
      if (enabled.count === 0) throw new ConflictError('There is no such disabled operator.', { id });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'operator.enable',
        subject: { type: 'operator', id },
      });
      await announceChange(tx, 'operator');
      return { id };
    }),
});
