import { z } from 'zod';
import { findBrokenAuditEntry } from './audit.ts';
import { defineService } from './define-service.ts';

/** Checks the audit log's hash chain from its first row on. */
export const checkAuditChain = defineService({
  action: 'audit.read',
  input: z.object({}),
  async run(ctx) {
    const [broken, entries] = await Promise.all([
      findBrokenAuditEntry(ctx.db.prisma),
      ctx.db.prisma.auditEntry.count(),
    ]);
    return { intact: broken === null, entries, brokenAt: broken === null ? null : broken.toString() };
  },
});
