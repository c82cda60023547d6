import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TargetFilter } from '#lib/domain/target-filter.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { viewOwner } from './view-owner.ts';

/** Saves a view (the page's URL query, and its filter) under a name; the own view of that name is replaced. */
export const saveView = defineService({
  action: 'view.save',
  input: z.object({
    page: z.string().regex(/^[a-z-]{1,40}$/, 'the name of a page'),
    name: z.string().trim().min(1).max(80),
    query: z.string().max(100_000),
    filter: TargetFilter.optional(),
    shared: z.boolean().default(false),
  }),
  run: (ctx, { page, name, query, filter, shared }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const owner = viewOwner(ctx.actor);
      const content = { query, shared, ownerName: owner.name, ...(filter ? { filter } : {}) };
      const view = await tx.savedView.upsert({
        where: { page_ownerId_name: { page, ownerId: owner.id, name } },
        create: { id: randomUUID(), page, name, ownerId: owner.id, createdAt: ctx.now(), ...content },
        update: content,
        select: { id: true },
      });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'view.save',
        subject: { type: 'view', id: view.id },
        after: { page, name, query, shared },
      });
      await announceChange(tx, 'setting');
      return view;
    }),
});
