import { z } from 'zod';
import { listAuditRows } from '#lib/db/queries/audit.ts';
import { defineService } from './define-service.ts';

/** One page of the audit log, newest first. An `action` that ends in `.` means all of that kind. */
export const listAudit = defineService({
  action: 'audit.read',
  input: z.object({
    actorId: z.string().optional(),
    action: z.string().optional(),
    subjectType: z.string().optional(),
    subjectId: z.string().optional(),
    from: z.coerce.date().optional(),
    until: z.coerce.date().optional(),
    cursor: z.string().max(500).optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  run: (ctx, query) => listAuditRows(ctx.db.pool, query),
});
