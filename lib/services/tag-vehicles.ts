import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { countFleet, FleetSelection } from '#lib/db/queries/fleet.ts';
import { ValidationError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { runTagJob, TAG_CHUNK } from './run-tag-job.ts';
import { Tags } from './vehicle-fields.ts';

/** What a tagging job was asked to do. */
export const TagOrder = z.object({
  selection: FleetSelection,
  add: Tags.default([]),
  remove: Tags.default([]),
});
export type TagOrder = z.infer<typeof TagOrder>;

/**
 * Adds and removes tags of every vehicle of a selection, as a job whose progress is in `jobs`. Returns when it
 * is under way, and for a few vehicles when it is done.
 */
export const tagVehicles = defineService({
  action: 'vehicle.edit',
  input: TagOrder,
  async run(ctx, order) {
    if (order.add.length + order.remove.length === 0)
      throw new ValidationError('Name a tag to add or to remove.');
    const id = randomUUID();
    const total = await countFleet(ctx.db.pool, order.selection, ctx.now());
    await ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      await tx.job.create({
        data: {
          id,
          kind: 'tag_vehicles',
          input: order,
          total: BigInt(total),
          createdBy: ctx.actor.name,
          createdAt: at,
        },
      });
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'vehicle.tag',
        subject: { type: 'job', id },
        after: { ...order, vehicles: total },
      });
      await announceChange(tx, 'job');
    });
    const work = runTagJob(ctx, id);
    if (total <= TAG_CHUNK) await work;
    // The job's row tells how it ends; nobody waits for a long one here.
    else work.catch(() => undefined);
    return { jobId: id, total };
  },
});
