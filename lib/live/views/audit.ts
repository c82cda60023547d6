import { z } from 'zod';
import { countAuditRows, listAuditRows } from '#lib/db/queries/audit.ts';
import { defineView } from '../view.ts';

const NEWEST = 50;

/** The newest rows of the audit log, of one subject where named, and how many there are. */
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
  async load({ db: { pool } }, { from, until, ...rest }) {
    const selection = {
      ...rest,
      ...(from ? { from: new Date(from) } : {}),
      ...(until ? { until: new Date(until) } : {}),
    };
    const [page, total] = await Promise.all([
      listAuditRows(pool, { ...selection, limit: NEWEST }),
      countAuditRows(pool, selection),
    ]);
    return { ...page, total };
  },
});
