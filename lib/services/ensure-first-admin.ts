import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';
import { createOperatorIn } from './create-operator.ts';
import { defineService } from './define-service.ts';
import { OperatorFields } from './operator-fields.ts';

/** Any positive constant: two starting processes make one admin between them. */
const FIRST_ADMIN_LOCK = 7_203_115;

/** Creates the first admin where there is no operator at all; true if it did. */
export const ensureFirstAdmin = defineService({
  action: 'operator.manage',
  input: OperatorFields.pick({ email: true }).extend({
    password: z.string().min(8).max(128),
    name: OperatorFields.shape.name.default('Administrator'),
  }),
  async run(ctx, { password, ...fields }) {
    if ((await ctx.db.prisma.user.count()) > 0) return { created: false };
    const hash = await hashPassword(password);
    return ctx.db.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ADMIN_LOCK})`;
      if ((await tx.user.count()) > 0) return { created: false };
      await createOperatorIn(tx, ctx, { ...fields, role: 'admin' }, hash);
      return { created: true };
    });
  },
});
