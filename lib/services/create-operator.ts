import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { Prisma } from '#lib/db/generated/client.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { OperatorFields } from './operator-fields.ts';

/** Creates an operator who signs in with e-mail and password; an address that is taken is a `ConflictError`. */
export const createOperator = defineService({
  action: 'operator.manage',
  input: OperatorFields,
  async run(ctx, fields) {
    const hash = await hashPassword(fields.password);
    return ctx.db.prisma.$transaction((tx) => createOperatorIn(tx, ctx, fields, hash));
  },
});

/** `createOperator` within a transaction of the caller; `hash` is better-auth's form of the password. */
export async function createOperatorIn(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  { email, name, role }: Omit<OperatorFields, 'password'>,
  hash: string,
): Promise<{ id: string }> {
  const at = ctx.now();
  const id = randomUUID();
  const created = await tx.user.createMany({
    data: [{ id, email, name, role, emailVerified: true, createdAt: at, updatedAt: at }],
    skipDuplicates: true,
  });
  if (created.count === 0) throw new ConflictError(`There is an operator ${email} already.`, { email });
  await tx.account.create({
    data: { id: randomUUID(), accountId: id, providerId: 'credential', userId: id, password: hash },
  });
  await recordAudit(tx, {
    actor: ctx.actor,
    at,
    action: 'operator.create',
    subject: { type: 'operator', id },
    after: { email, name, role },
  });
  await announceChange(tx, 'operator');
  return { id };
}
