import { z } from 'zod';
import { defineService } from './define-service.ts';

/** The public halves of the signing keys, which vehicles pin; the newest first. */
export const listSigningKeys = defineService({
  action: 'settings.read',
  input: z.object({}),
  run: (ctx) =>
    ctx.db.prisma.signingKey.findMany({
      select: { keyId: true, role: true, publicKey: true, createdAt: true, retiredAt: true },
      orderBy: [{ role: 'asc' }, { createdAt: 'desc' }],
    }),
});
