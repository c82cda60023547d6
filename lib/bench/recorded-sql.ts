import type { Pool, PoolClient } from 'pg';

type Statement = { text: string; values: unknown[] };

/**
 * The statements that a read sends to Postgres, so that they can be run bare. The read is made twice and the
 * second one is recorded: what the product remembers for some seconds is no part of the bare work.
 */
export async function recordSql(pool: Pool, read: () => Promise<unknown>): Promise<Statement[]> {
  await read();
  const statements: Statement[] = [];
  const lent = new Set<PoolClient>();
  const lend = (client: PoolClient) => {
    if (lent.has(client)) return;
    lent.add(client);
    client.query = recording(client.query.bind(client), statements) as typeof client.query;
  };
  // Every statement goes through a connection, whether it was sent to the pool or to a connection that it lent.
  pool.on('acquire', lend);
  try {
    await read();
  } finally {
    pool.off('acquire', lend);
    // The recording hides the method of the class.
    for (const client of lent) Reflect.deleteProperty(client, 'query');
  }
  return statements;
}

function recording(query: (...given: unknown[]) => unknown, statements: Statement[]) {
  return (first: unknown, second?: unknown, ...rest: unknown[]) => {
    const text = typeof first === 'string' ? first : String(Reflect.get(Object(first), 'text'));
    const given = Array.isArray(second) ? second : Reflect.get(Object(first), 'values');
    statements.push({ text, values: Array.isArray(given) ? given : [] });
    return query(first, second, ...rest);
  };
}

/** Runs statements as the read did: all at once. */
export async function replay(pool: Pool, statements: readonly Statement[]): Promise<void> {
  await Promise.all(statements.map(({ text, values }) => pool.query(text, values)));
}
