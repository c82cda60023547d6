import { z } from 'zod';
import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import { DISPATCHED_STATES } from '#lib/domain/states.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** What a withdrawal leaves behind in one campaign that holds the release. */
export type WithdrawalEffect = {
  campaignId: string;
  name: string;
  state: string;
  /** Vehicles that have the offer already; the campaign's pause or abort decides about them. */
  underWay: number;
  /** Vehicles that will not be offered it any more. */
  waiting: number;
};

/**
 * Withdraws a release: from the commit on nothing more is offered of it (eligibility answers
 * `release_withdrawn`). Returns the campaigns that hold it and how many vehicles are under way there.
 */
export const withdrawRelease = defineService({
  action: 'catalog.withdraw',
  input: z.object({ id: z.string().min(1), reason: z.string().trim().min(3, 'say why').max(1000) }),
  run: (ctx, { id, reason }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const withdrawn = await tx.release.updateManyAndReturn({
        where: { id, state: 'released' },
        data: {
          state: 'withdrawn',
          withdrawnAt: at,
          withdrawnReason: reason,
          updatedAt: at,
          revision: { increment: 1 },
        },
        select: { ecuType: true, version: true },
      });
      if (withdrawn.length === 0) throw new ConflictError('Only what is released can be withdrawn.', { id });
      const campaigns = await tx.$queryRaw<WithdrawalEffect[]>`
        SELECT c.id AS "campaignId", c.name, c.state,
               coalesce(sum(n.count) FILTER (WHERE n.state = ANY(${[...DISPATCHED_STATES]})), 0)::int AS "underWay",
               coalesce(sum(n.count) FILTER (WHERE n.state IN ('pending', 'deferred')), 0)::int AS "waiting"
        FROM campaign_releases r
        JOIN campaigns c ON c.id = r.campaign_id
        LEFT JOIN assignment_counters n ON n.campaign_id = c.id
        WHERE r.release_id = ${id} AND c.state NOT IN ('completed', 'aborted')
        GROUP BY c.id ORDER BY c.created_at DESC`;
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'catalog.withdraw',
        subject: { type: 'release', id },
        before: { state: 'released' },
        after: { ...withdrawn[0], state: 'withdrawn', reason, campaigns },
      });
      await announceChange(tx, 'catalog');
      await announceChange(tx, 'campaign');
      await tx.$executeRaw`SELECT pg_notify(${ENGINE_CHANNEL}, ${`release:${id}`})`;
      return { id, campaigns };
    }),
});
