import { z } from 'zod';
import { defineService } from './define-service.ts';
import { viewOwner } from './view-owner.ts';

/** The views of a page: one's own and those that others share, by name. */
export const listViews = defineService({
  action: 'view.save',
  input: z.object({ page: z.string().min(1).max(40) }),
  async run(ctx, { page }) {
    const owner = viewOwner(ctx.actor).id;
    const views = await ctx.db.prisma.savedView.findMany({
      where: { page, OR: [{ ownerId: owner }, { shared: true }] },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: 500,
    });
    return views.map((view) => ({ ...view, own: view.ownerId === owner }));
  },
});
