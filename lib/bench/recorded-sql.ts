import type { Pool, PoolClient, QueryConfig } from 'pg';
import { together } from '#lib/db/together.ts';

/** What one connection was given before it was given back. */
type Turn = QueryConfig<unknown[]>[];

/**
 * The statements that a read sends to Postgres, so that they can be run bare. The read is made twice and the
 * second one is recorded: what the product remembers for some seconds is no part of the bare work.
 */
export async function recordSql(pool: Pool, read: () => Promise<unknown>): Promise<Turn[]> {
  await read();
  const turns: Turn[] = [];
  const current = new Map<PoolClient, Turn>();
  // Every statement goes through a connection, whether it was sent to the pool or to a connection that it lent.
  const lend = (client: PoolClient) => {
    const turn: Turn = [];
    turns.push(turn);
    if (!current.has(client)) {
      const query = client.query.bind(client) as (...given: unknown[]) => unknown;
      client.query = ((first: unknown, second?: unknown, ...rest: unknown[]) => {
        current.get(client)?.push(statementOf(first, second));
        return query(first, second, ...rest);
      }) as typeof client.query;
    }
    current.set(client, turn);
  };
  pool.on('acquire', lend);
  try {
    await read();
  } finally {
    pool.off('acquire', lend);
    // The recording hides the method of the class.
    for (const client of current.keys()) Reflect.deleteProperty(client, 'query');
  }
  return turns.filter((turn) => turn.length > 0);
}

function statementOf(first: unknown, second: unknown): QueryConfig<unknown[]> {
  const values = Array.isArray(second) ? second : Reflect.get(Object(first), 'values');
  const name: unknown = Reflect.get(Object(first), 'name');
  return {
    text: typeof first === 'string' ? first : String(Reflect.get(Object(first), 'text')),
    values: Array.isArray(values) ? values : [],
    ...(typeof name === 'string' && { name }),
  };
}

/** Runs statements as the read did: all turns at once, under the names they had, those of a turn together. */
export async function replay(pool: Pool, turns: readonly Turn[]): Promise<void> {
  await Promise.all(
    turns.map(async (turn) => {
      const client = await pool.connect();
      try {
        await together(
          client,
          turn.map((statement) => () => client.query(statement)),
        );
      } finally {
        client.release();
      }
    }),
  );
}
