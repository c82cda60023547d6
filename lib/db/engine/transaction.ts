import type pg from 'pg';

/** SQLSTATEs of transactions that Postgres has ended for the sake of another one: deadlock, serialization. */
const ENDED_FOR_ANOTHER: ReadonlySet<unknown> = new Set(['40P01', '40001']);
const RUNS = 4;

export type TransactionOptions = {
  /**
   * The commit does not wait for the disk: a crash of the server may undo the last moments, whole transactions and in
   * order. Only for what may be lost, or what `flushCommitted` follows before anybody relies on it.
   */
  flush?: 'later';
  /** All statements see the database as it was at the first. */
  isolation?: 'repeatable read';
};

/**
 * Runs `work` in one transaction on a connection of its own; an error rolls it back. What a deadlock has ended is
 * run again, so `work` must do nothing but what the rollback undoes.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await once(pool, work, options);
    } catch (error) {
      if (run === RUNS || !ENDED_FOR_ANOTHER.has(Reflect.get(Object(error), 'code'))) throw error;
    }
  }
}

/** Everything that was committed before is on disk when this resolves. */
export async function flushCommitted(pool: pg.Pool): Promise<void> {
  await pool.query(`SELECT pg_logical_emit_message(true, 'roadcast', '')`);
}

async function once<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(beginSql(options));
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

function beginSql({ flush, isolation }: TransactionOptions): string {
  const begin = isolation ? 'BEGIN ISOLATION LEVEL REPEATABLE READ' : 'BEGIN';
  return flush === 'later' ? `${begin}; SET LOCAL synchronous_commit = off` : begin;
}
