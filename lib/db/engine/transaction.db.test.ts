import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { inTransaction } from './transaction.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

it('runs again what Postgres ended for a deadlock, and both come through', async () => {
  await database.pool.query(
    `CREATE TABLE purses AS SELECT id, 0 AS amount FROM unnest(ARRAY['a', 'b']) AS u(id)`,
  );
  let arrived = 0;
  let runs = 0;
  const { promise: both, resolve: open } = Promise.withResolvers<void>();
  const add = (first: string, second: string) =>
    inTransaction(database.pool, async (client) => {
      runs += 1;
      const sql = 'UPDATE purses SET amount = amount + 1 WHERE id = $1';
      await client.query(sql, [first]);
      arrived += 1;
      if (arrived === 2) open();
      await both;
      await client.query(sql, [second]);
    });
  await Promise.all([add('a', 'b'), add('b', 'a')]);
  // On a busy machine the second run may meet the other once more.
  expect(runs).toBeGreaterThanOrEqual(3);
  const { rows } = await database.pool.query('SELECT amount FROM purses');
  expect(rows).toEqual([{ amount: 2 }, { amount: 2 }]);
});

it('gives any other error on at once, with everything undone', async () => {
  let runs = 0;
  const failing = inTransaction(database.pool, async (client) => {
    runs += 1;
    await client.query(`INSERT INTO settings (key, value, updated_at) VALUES ('x', '1', now())`);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(runs).toBe(1);
  expect(await database.prisma.setting.count()).toBe(0);
});
