import type { Pool } from 'pg';

export type Heartbeat = {
  name: string;
  instance: string;
  startedAt: Date;
  at: Date;
  details: Record<string, unknown>;
  /** By the database's clock, so that it holds across machines. */
  ageMs: number;
};

const intervalMs = 2_000;

/**
 * Says "alive" every 2 s in `process_heartbeats`. A database that does not answer is told to `onError` and
 * tried again; the returned function removes the row. Rows that nobody touched for ten minutes (killed, never
 * started again under that name) are removed by whoever starts next.
 */
export function startHeartbeat(
  pool: Pool,
  name: string,
  instance: string,
  details: () => Record<string, unknown> = () => ({}),
  onError: (error: unknown) => void = () => undefined,
): () => Promise<void> {
  const startedAt = new Date();
  pool.query(`DELETE FROM process_heartbeats WHERE at < now() - interval '10 minutes'`).catch(onError);
  let running: Promise<void> | undefined;
  const beat = async () => {
    try {
      await pool.query(
        `INSERT INTO process_heartbeats (name, instance, started_at, at, details)
         VALUES ($1, $2, $3, now(), $4)
         ON CONFLICT (name, instance) DO UPDATE
         SET started_at = EXCLUDED.started_at, at = EXCLUDED.at, details = EXCLUDED.details`,
        [name, instance, startedAt, JSON.stringify(details())],
      );
    } catch (error) {
      onError(error);
    }
  };
  const tick = () => {
    running ??= beat().finally(() => {
      running = undefined;
    });
  };
  tick();
  const timer = setInterval(tick, intervalMs);
  return async () => {
    clearInterval(timer);
    await running;
    await pool
      .query('DELETE FROM process_heartbeats WHERE name = $1 AND instance = $2', [name, instance])
      .catch(onError);
  };
}

/** Every process that ever said "alive" and was not stopped in order; judge by `ageMs`. */
export async function readHeartbeats(pool: Pool): Promise<Heartbeat[]> {
  const result = await pool.query<Heartbeat>(
    `SELECT name, instance, started_at AS "startedAt", at, details,
            (extract(epoch FROM now() - at) * 1000)::float8 AS "ageMs"
     FROM process_heartbeats ORDER BY name, instance`,
  );
  return result.rows;
}
