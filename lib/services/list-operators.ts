import { z } from 'zod';
import { Role } from '#lib/domain/permissions.ts';
import { defineService } from './define-service.ts';

/** Everyone who may sign in or once could, by name. */
export const listOperators = defineService({
  action: 'operator.manage',
  input: z.object({}),
  async run(ctx) {
    const users = await ctx.db.prisma.user.findMany({
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      include: { sessions: { select: { updatedAt: true }, orderBy: { updatedAt: 'desc' }, take: 1 } },
    });
    return users.map(({ id, name, email, role, banned, banReason, createdAt, sessions }) => ({
      id,
      name,
      email,
      role: Role.catch('viewer').parse(role),
      disabled: banned === true,
      disabledReason: banReason,
      createdAt,
      lastSessionAt: sessions[0]?.updatedAt ?? null,
    }));
  },
});
