import type { Pool } from 'pg';

type Statement = { text: string; values: unknown[] };

/**
 * The statements that a read sends to Postgres, so that they can be run bare. The read is made twice and the
 * second one is recorded: what the product remembers for some seconds is no part of the bare work.
 */
export async function recordSql(pool: Pool, read: () => Promise<unknown>): Promise<Statement[]> {
  await read();
  const statements: Statement[] = [];
  const query = pool.query;
  pool.query = ((first: unknown, second?: unknown, ...rest: unknown[]) => {
    const text = typeof first === 'string' ? first : String(Reflect.get(Object(first), 'text'));
    const given = second ?? Reflect.get(Object(first), 'values');
    statements.push({ text, values: Array.isArray(given) ? given : [] });
    return Reflect.apply(query, pool, [first, second, ...rest]);
  }) as typeof pool.query;
  try {
    await read();
  } finally {
    pool.query = query;
  }
  return statements;
}

/** Runs statements as the read did: all at once. */
export async function replay(pool: Pool, statements: readonly Statement[]): Promise<void> {
  await Promise.all(statements.map(({ text, values }) => pool.query(text, values)));
}
