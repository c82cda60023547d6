import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { openDatabase } from './client.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

it('survives a connection that breaks while it is lent, and goes on with another', async () => {
  const errors: string[] = [];
  const db = openDatabase(database.url, { max: 2, onError: (error) => errors.push(error.message) });
  try {
    const lent = await db.pool.connect();
    const { rows } = await lent.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await expect(lent.query('SELECT 1')).rejects.toThrow();
    lent.release(true);
    expect((await db.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await db.close();
  }
});
