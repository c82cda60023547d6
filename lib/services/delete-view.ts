import { z } from 'zod';
import { NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { viewOwner } from './view-owner.ts';

/** Deletes an own view; an admin may delete shared ones of others too. */
export const deleteView = defineService({
  action: 'view.save',
  input: z.object({ id: z.string().min(1) }),
  run: (ctx, { id }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const isAdmin = ctx.actor.kind === 'system' || ctx.actor.role === 'admin';
      const own = { ownerId: viewOwner(ctx.actor).id };
      const before = await tx.savedView.findFirst({
        where: { id, OR: isAdmin ? [own, { shared: true }] : [own] },
        select: { page: true, name: true, query: true, shared: true, ownerName: true },
      });
      if (!before) throw new NotFoundError('There is no such view of yours.', { id });
      await tx.savedView.delete({ where: { id } });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'view.delete',
        subject: { type: 'view', id },
        before,
      });
      await announceChange(tx, 'setting');
      return { id };
    }),
});
