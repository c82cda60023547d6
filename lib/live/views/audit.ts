import { z } from 'zod';
import { listAuditRows } from '#lib/db/queries/audit.ts';
import { defineView } from '../view.ts';

const NEWEST = 50;

/** The newest rows of the audit log, of one subject where named. */
export const auditView = defineView({
  name: 'audit',
  params: z.object({
    actorId: z.string().max(200).optional(),
    action: z.string().max(200).optional(),
    subjectType: z.string().max(200).optional(),
    subjectId: z.string().max(200).optional(),
    from: z.iso.datetime().optional(),
    until: z.iso.datetime().optional(),
  }),
  action: 'audit.read',
  affectedBy: (hint) => hint.subjects.includes('audit'),
  load({ db: { pool } }, { from, until, ...query }) {
    return listAuditRows(pool, {
      ...query,
      ...(from ? { from: new Date(from) } : {}),
      ...(until ? { until: new Date(until) } : {}),
      limit: NEWEST,
    });
  },
});
