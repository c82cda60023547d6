import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';
import { NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { OperatorFields } from './operator-fields.ts';

/** Gives an operator another password; all of the operator's sessions end. */
export const setOperatorPassword = defineService({
  action: 'operator.manage',
  input: z.object({ id: z.string().min(1), password: OperatorFields.shape.password }),
  async run(ctx, { id, password }) {
    const hash = await hashPassword(password);
    return ctx.db.prisma.$transaction(async (tx) => {
      const changed = await tx.account.updateMany({
        where: { userId: id, providerId: 'credential' },
        data: { password: hash, updatedAt: ctx.now() },
      });
      if (changed.count === 0) throw new NotFoundError('This operator does not sign in by password.', { id });
      const sessions = await tx.session.deleteMany({ where: { userId: id } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'operator.set_password',
        subject: { type: 'operator', id },
        after: { endedSessions: sessions.count },
      });
      await announceChange(tx, 'operator');
      return { id };
    });
  },
});
