import type pg from 'pg';

/** SQLSTATEs of transactions that Postgres has ended for the sake of another one: deadlock, serialization. */
const ENDED_FOR_ANOTHER: ReadonlySet<unknown> = new Set(['40P01', '40001']);
const RUNS = 4;

/**
 * Runs `work` in one transaction on a connection of its own; an error rolls it back. What a deadlock has ended is
 * run again, so `work` must do nothing but what the rollback undoes.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (run === RUNS || !ENDED_FOR_ANOTHER.has(Reflect.get(Object(error), 'code'))) throw error;
    }
  }
}

async function once<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
