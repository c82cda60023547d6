import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readHeartbeats, startHeartbeat } from './heartbeat.ts';
import { applyMigrations, diffSchemas, migrationsDir } from './migrate.ts';

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

describe('a migrations directory that is not the database’s own', () => {
  it('is refused by name: edited, missing, half-applied', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roadcast-migrations-'));
    await cp(migrationsDir, directory, { recursive: true });
    const [first = ''] = (await readdir(directory)).filter((name) => /^\d/.test(name)).sort();
    await appendFile(join(directory, first, 'migration.sql'), '-- edited\n');
    await expect(applyMigrations(database.url, directory)).rejects.toThrow(`${first} was changed`);
    await rm(join(directory, first), { recursive: true });
    await expect(applyMigrations(database.url, directory)).rejects.toThrow(
      `${first}, which this version lacks`,
    );
    await database.pool.query('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [
      first,
    ]);
    await expect(applyMigrations(database.url)).rejects.toThrow(`${first} failed half-way`);
    await database.pool.query('UPDATE _prisma_migrations SET finished_at = now()');
    await rm(directory, { recursive: true });
  });

  it('leaves nothing of a migration that fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roadcast-migrations-'));
    await cp(migrationsDir, directory, { recursive: true });
    const broken = join(directory, '29990101000000_broken');
    await mkdir(broken);
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half (id int); CREATE TABLE half (id int);');
    await expect(applyMigrations(database.url, directory)).rejects.toThrow(/half/);
    const left = await database.pool.query(`SELECT to_regclass('half') AS name`);
    expect(left.rows[0]?.name).toBeNull();
    await rm(directory, { recursive: true });
    await database.pool.query(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '2999%'`);
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

  it('forgets who was killed long ago', async () => {
    await database.pool.query(
      `INSERT INTO process_heartbeats (name, instance, started_at, at, details)
       VALUES ('worker', 'killed', now(), now() - interval '11 minutes', '{}'), ('web', 'late', now(), now() - interval '1 minute', '{}')`,
    );
    const stop = startHeartbeat(database.pool, 'worker', 'two');
    await expect
      .poll(async () => (await readHeartbeats(database.pool)).map((row) => row.instance))
      .toEqual(['late', 'two']);
    await stop();
  });
});
