import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readHeartbeats, startHeartbeat } from './heartbeat.ts';
import { applyMigrations, diffSchemas } from './migrate.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

describe('applyMigrations', () => {
  it('is idempotent and may be called by several processes at once', async () => {
    await database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const runs = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url)));
    const applied = runs.filter((names) => names.length > 0);
    expect(applied).toHaveLength(1);
    const stored = await database.pool.query('SELECT migration_name FROM _prisma_migrations ORDER BY 1');
    expect(stored.rows.map((row) => row.migration_name)).toEqual(applied[0]);
  });
});

describe('diffSchemas', () => {
  const schema = (column: string) =>
    `datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n${column}}\n`;

  it('is empty between equal schemas and adds what is new', async () => {
    expect(await diffSchemas(database.url, schema(''), schema(''))).toBe('');
    const sql = await diffSchemas(database.url, schema(''), schema('  name String?\n'));
    expect(sql).toContain('ADD COLUMN     "name" TEXT');
    expect(await diffSchemas(database.url, undefined, schema(''))).toContain('CREATE TABLE "A"');
  });
});

describe('heartbeat', () => {
  it('is there from the first beat and gone after an orderly stop', async () => {
    const stop = startHeartbeat(database.pool, 'worker', 'one', () => ({ slot: 0 }));
    await expect
      .poll(() => readHeartbeats(database.pool))
      .toMatchObject([{ name: 'worker', instance: 'one', details: { slot: 0 } }]);
    const [row] = await readHeartbeats(database.pool);
    expect(row?.ageMs).toBeLessThan(5_000);
    await stop();
    expect(await readHeartbeats(database.pool)).toEqual([]);
  });
});
