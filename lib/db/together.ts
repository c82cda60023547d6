import type pg from 'pg';

/**
 * Waits for all of them, so that nothing is under way any more when one has failed; then rejects with the first
 * error. Statements of one transaction that are sent together need this before their transaction is undone.
 */
export async function allSettled<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Place in keyof Works]: Awaited<Works[Place]> }> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason;
  }
  return Promise.all(works);
}

type Work = () => Promise<unknown>;
type Results<Works extends readonly Work[]> = {
  -readonly [Place in keyof Works]: Awaited<ReturnType<Works[Place]>>;
};

/**
 * Statements of one connection that do not wait for each other's answers: one trip on a connection that sends ahead
 * (`pipeline`), else one after the other.
 */
export async function together<const Works extends readonly Work[]>(
  client: pg.PoolClient,
  works: Works,
): Promise<Results<Works>> {
  const results: Promise<unknown>[] = [];
  for (const work of works) {
    const result = work();
    results.push(result);
    if (!client.pipeline) await result;
  }
  return (await allSettled(results)) as Results<Works>;
}

/**
 * Reads that do not wait for each other, in this order on one connection: one trip instead of as many. Each sees what
 * is committed when its turn comes, as it would alone.
 */
export async function readTogether<const Works extends readonly Work[]>(
  pool: pg.Pool,
  worksOn: (client: pg.PoolClient) => Works,
): Promise<Results<Works>> {
  const client = await pool.connect();
  let failure: unknown;
  try {
    return await together(client, worksOn(client));
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    // What failed may fail again on this connection: a statement that it has planned, or a server that goes.
    client.release(failure instanceof Error ? failure : failure !== undefined);
  }
}
