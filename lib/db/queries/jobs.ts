import type { Pool } from 'pg';
import { decodeCursor, pageOf } from './keyset.ts';

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
  /** Name of the file that it works on, where there is one. */
  fileName: string | null;
  /** Who began it, where that is a person who alone may fetch what it made. */
  byId: string | null;
  /** When it made the first of the credentials that can be fetched; null where there are none. */
  credentialsAt: Date | null;
};

const ROW = `j.id, j.kind, j.state, j.done::float8 AS done, j.total::float8 AS total, j.result, j.error,
  j.created_by AS "createdBy", j.created_at AS "createdAt", j.started_at AS "startedAt",
  j.finished_at AS "finishedAt", j.input ->> 'fileName' AS "fileName",
  j.input #>> '{by,id}' AS "byId",
  (SELECT min(f.created_at) FROM job_files f WHERE f.job_id = j.id AND f.kind = 'credentials') AS "credentialsAt"`;

/** A job and how far it is; null where there is none. */
export async function readJob(pool: Pool, id: string): Promise<JobRow | null> {
  const { rows } = await pool.query<JobRow>(`SELECT ${ROW} FROM jobs j WHERE j.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Jobs, the newest first. */
export async function listJobRows(
  pool: Pool,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ rows: JobRow[]; next: string | null }> {
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'instant', 'text');
  const { rows } = await pool.query<JobRow>(
    `SELECT ${ROW} FROM jobs j
     WHERE $1::timestamptz IS NULL OR (j.created_at, j.id) < ($1, $2::text)
     ORDER BY j.created_at DESC, j.id DESC LIMIT $3`,
    [at, id, limit + 1],
  );
  return pageOf(rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

/** How many jobs there are, of whatever state. */
export async function countJobs(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM jobs');
  return rows[0]?.count ?? 0;
}
