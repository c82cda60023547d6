import type pg from 'pg';
import { allSettled } from '#lib/db/together.ts';

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

/** Hands a last statement over, whose answer nobody waits for: it travels with the commit, which fails if it does. */
export type Last = (statement: Promise<unknown>) => void;

/**
 * Runs `work` in one transaction on a connection of its own; an error rolls it back. What a deadlock has ended is
 * run again, so `work` must do nothing but what the rollback undoes. On a connection that sends ahead, the beginning
 * travels with the first statement and the commit with the last ones.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, last: Last) => Promise<T>,
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

/** The transaction under way, as the rows that it writes name it (`xmin`). */
export async function transactionIdOf(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::xid::text AS id');
  return rows[0]?.id ?? '0';
}

async function once<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, last: Last) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const client = await pool.connect();
  const sent: Promise<unknown>[] = [];
  const last: Last = (statement) => {
    // Its error is told by the commit; until then it is nobody's.
    statement.catch(() => undefined);
    sent.push(statement);
  };
  let broken: Error | undefined;
  try {
    last(client.query(beginSql(options)));
    if (!client.pipeline) await sent[0];
    const result = await work(client, last);
    await allSettled([...sent, client.query('COMMIT')]);
    return result;
  } catch (error) {
    await Promise.allSettled(sent);
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
