import { z } from 'zod';
import { defineService } from './define-service.ts';

const NEWEST = 5;

/** Drafts that the actor began and never submitted or started, the latest changed first. */
export const listOwnDrafts = defineService({
  action: 'campaign.write',
  input: z.object({}),
  run: ({ db, actor }) =>
    db.prisma.campaign.findMany({
      where: {
        state: 'draft',
        startedAt: null,
        createdBy: actor.kind === 'user' ? actor.id : actor.name,
      },
      orderBy: [{ updatedAt: 'desc' }, { id: 'asc' }],
      take: NEWEST,
      select: { id: true, name: true, updatedAt: true },
    }),
});
