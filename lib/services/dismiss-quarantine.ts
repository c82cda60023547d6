import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Identity of a quarantine row; numbers of 64 bits travel as decimal text. */
export const QuarantineId = z.coerce
  .bigint()
  .min(1n)
  .max(2n ** 63n - 1n);

/** Closes a quarantine row without replaying it; its bytes stay until retention removes them. */
export const dismissQuarantine = defineService({
  action: 'quarantine.replay',
  input: z.object({ id: QuarantineId }),
  run: (ctx, { id }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const dismissed = await tx.quarantine.updateManyAndReturn({
        where: { id, state: 'open' },
        data: { state: 'dismissed', closedAt: at, closedBy: ctx.actor.name },
        select: { source: true, reason: true, count: true },
      });
      if (dismissed.length === 0) throw new ConflictError('This quarantine row is not open any more.');
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'quarantine.dismiss',
        subject: { type: 'quarantine', id: id.toString() },
        before: { state: 'open', ...dismissed[0] },
        after: { state: 'dismissed' },
      });
      await announceChange(tx, 'quarantine');
      return { id: id.toString() };
    }),
});
