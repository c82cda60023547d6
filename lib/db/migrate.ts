import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaContainer, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

const root = join(import.meta.dirname, '../..');
export const migrationsDir = join(root, 'prisma/migrations');
const filters = { externalTables: [], externalEnums: [] };
/** The engine wants to know the kind of database, nothing more. */
const provider = 'datasource db {\n  provider = "postgresql"\n}\n';
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
      const result = await engine.applyMigrations({ migrationsList, filters });
      return result.appliedMigrationNames;
    });
  } finally {
    await lock.end();
  }
}

/**
 * The SQL that leads from one Prisma schema to another, empty when they agree; undefined stands for no schema.
 * Compares the texts, so what migrations add by hand (partial and expression indexes, checks, fillfactor,
 * triggers) is never in its way; the engine wants some reachable database at `url`, and reads nothing from it.
 */
export async function diffSchemas(url: string, from: string | undefined, to: string): Promise<string> {
  const toFiles: SchemaContainer[] = [{ path: 'schema.prisma', content: to }];
  return withEngine(url, async (engine) => {
    const result = await engine.diff({
      from:
        from === undefined
          ? { tag: 'empty' }
          : { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: from }] },
      to: { tag: 'schemaDatamodel', files: toFiles },
      script: true,
      exitCode: null,
      filters,
    });
    return (result.stdout ?? '').replace('-- This is an empty migration.', '').trim();
  });
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

async function withEngine<T>(url: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  let panic: string | undefined;
  const registry = { set_message: (message: string) => (panic = message) };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  const { SchemaEngine: Engine } = await import('@prisma/schema-engine-wasm');
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'roadcast-migrate',
    allowExitOnIdle: true,
  });
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
  const engine = await Engine.new({ datamodels: [['schema.prisma', provider]] }, () => undefined, adapter);
  try {
    return await use(engine);
  } catch (error) {
    throw panic === undefined ? error : new Error(`The schema engine failed: ${panic}`, { cause: error });
  } finally {
    engine.free();
    await pool.end();
  }
}

/** The adapter cuts a script at every semicolon, so also within a function's body; Postgres takes it whole. */
class WholeScripts extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }
}
