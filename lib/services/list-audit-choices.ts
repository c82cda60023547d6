import { z } from 'zod';
import { defineService } from './define-service.ts';

/** Who has ever done what to what: the choices of the audit log's filter. */
export const listAuditChoices = defineService({
  action: 'audit.read',
  input: z.object({}),
  async run(ctx) {
    const [actors, actions, subjects] = await Promise.all([
      ctx.db.prisma.user.findMany({
        select: { id: true, name: true },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
      }),
      distinct(ctx.db.pool, 'action'),
      distinct(ctx.db.pool, 'subject_type'),
    ]);
    return { actors, actions, subjects };
  },
});

type Pool = Parameters<Parameters<typeof defineService>[0]['run']>[0]['db']['pool'];

/** Distinct values by jumping along the column's index, so that a long log costs no more than a short one. */
async function distinct(pool: Pool, column: 'action' | 'subject_type'): Promise<string[]> {
  const { rows } = await pool.query<{ value: string }>(
    `WITH RECURSIVE found AS (
       (SELECT ${column} AS value FROM audit_entries ORDER BY ${column} LIMIT 1)
       UNION ALL
       SELECT (SELECT e.${column} FROM audit_entries e WHERE e.${column} > found.value ORDER BY e.${column} LIMIT 1)
       FROM found WHERE found.value IS NOT NULL
     ) SELECT value FROM found WHERE value IS NOT NULL`,
  );
  return rows.map(({ value }) => value);
}
