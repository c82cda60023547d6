import type { Pool } from 'pg';

export type JobRow = {
  id: string;
  kind: string;
  state: string;
  done: number;
  total: number | null;
  result: unknown;
  error: string | null;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

const ROW = `id, kind, state, done::float8 AS done, total::float8 AS total, result, error,
  created_by AS "createdBy", created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`;

/** A job and how far it is; null where there is none. */
export async function readJob(pool: Pool, id: string): Promise<JobRow | null> {
  const { rows } = await pool.query<JobRow>(`SELECT ${ROW} FROM jobs WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

/** The newest jobs; only those under way where asked for. */
export async function listJobRows(
  pool: Pool,
  { open, limit = 50 }: { open: boolean; limit?: number },
): Promise<JobRow[]> {
  const { rows } = await pool.query<JobRow>(
    `SELECT ${ROW} FROM jobs WHERE NOT $1 OR state IN ('queued', 'running') ORDER BY created_at DESC LIMIT $2`,
    [open, limit],
  );
  return rows;
}
