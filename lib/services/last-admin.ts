import type { Prisma } from '#lib/db/generated/client.ts';
import { ConflictError } from '#lib/errors.ts';

/** Locks the admins and refuses to lose the last one who can still sign in. */
export async function keepAnAdmin(tx: Prisma.TransactionClient, losing: string): Promise<void> {
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE role = 'admin' AND banned IS NOT TRUE ORDER BY id FOR UPDATE`;
  if (admins.some(({ id }) => id === losing) && admins.length === 1) {
    throw new ConflictError('This is the last admin; make another one first.', {}, 'last_admin');
  }
}
