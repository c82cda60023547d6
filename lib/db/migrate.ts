import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaContainer, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

const root = join(import.meta.dirname, '../..');
const migrationsDir = join(root, 'prisma/migrations');
const schemaPath = join(root, 'prisma/schema.prisma');
const lockKey = 7_302_101_977;

/**
 * Brings a database to the newest migration and returns the names applied. Idempotent; several processes
 * may call it at once, the others wait on an advisory lock. Fails on a migration that was edited after use.
 */
export async function applyMigrations(url: string, directory = migrationsDir): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url, application_name: 'roadcast-migrate' });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [lockKey]);
    return await withEngine(url, async (engine) => {
      const migrationsList = await readMigrations(directory);
      const filters = { externalTables: [], externalEnums: [] };
      const result = await engine.applyMigrations({ migrationsList, filters });
      return result.appliedMigrationNames;
    });
  } finally {
    await lock.end();
  }
}

/**
 * The SQL that leads from the migrations, replayed into an empty shadow database, to `schema.prisma`.
 * Empty when they agree.
 */
export async function diffSchema(shadowUrl: string): Promise<string> {
  await applyMigrations(shadowUrl);
  const files: SchemaContainer[] = [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
  return withEngine(
    shadowUrl,
    async (engine) => {
      const result = await engine.diff({
        from: { tag: 'url', url: shadowUrl },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: null,
        filters: { externalTables: ['_prisma_migrations'], externalEnums: [] },
      });
      const sql = (result.stdout ?? '').trim();
      return sql === '-- This is an empty migration.' ? '' : sql;
    },
    files,
  );
}

async function readMigrations(directory: string): Promise<MigrationList> {
  const names = (await readdir(directory, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => {
      const value = await readFile(join(directory, name, 'migration.sql'), 'utf8');
      return {
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } },
      };
    }),
  );
  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

async function withEngine<T>(
  url: string,
  use: (engine: SchemaEngine) => Promise<T>,
  files: SchemaContainer[] = [],
): Promise<T> {
  const { SchemaEngine: Engine } = await import('@prisma/schema-engine-wasm');
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url, max: 2 }));
  const datamodels = files.map(({ path, content }): [string, string] => [path, content]);
  const engine = await Engine.new({ datamodels }, () => undefined, adapter);
  try {
    return await use(engine);
  } finally {
    engine.free();
  }
}
