import { z } from 'zod';
import { Role } from '#lib/domain/permissions.ts';
import { NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { keepAnAdmin } from './last-admin.ts';

/** Gives an operator another role, from the next request on. The last admin stays one. */
export const setOperatorRole = defineService({
  action: 'operator.manage',
  input: z.object({ id: z.string().min(1), role: Role }),
  run: (ctx, { id, role }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      if (role !== 'admin') await keepAnAdmin(tx, id);
      const before = await tx.user.findUnique({ where: { id }, select: { role: true, email: true } });
      if (!before) throw new NotFoundError('There is no such operator.', { id });
      await tx.user.update({ where: { id }, data: { role, updatedAt: ctx.now() } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'operator.set_role',
        subject: { type: 'operator', id },
        before,
        after: { role },
      });
      await announceChange(tx, 'operator');
      return { id, role };
    }),
});
