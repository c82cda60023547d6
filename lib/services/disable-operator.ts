import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { keepAnAdmin } from './last-admin.ts';

/** Locks an operator out: sessions end at once and signing in is refused. The last admin cannot be. */
export const disableOperator = defineService({
  action: 'operator.manage',
  input: z.object({ id: z.string().min(1), reason: z.string().trim().max(500).default('') }),
  run: (ctx, { id, reason }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      await keepAnAdmin(tx, id);
      const disabled = await tx.user.updateMany({
        where: { id, banned: { not: true } },
        data: { banned: true, banReason: reason || null, updatedAt: ctx.now() },
      });
      if (disabled.count === 0) throw new ConflictError('There is no such active operator.', { id });
      const sessions = await tx.session.deleteMany({ where: { userId: id } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'operator.disable',
        subject: { type: 'operator', id },
        after: { reason, endedSessions: sessions.count },
      });
      await announceChange(tx, 'operator');
      return { id };
    }),
});
