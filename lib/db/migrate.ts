import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ApplyMigrationsOutput, DiffResult, MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { AppError } from '../errors.ts';
import type { EngineAnswer, EngineJob } from './schema-engine.ts';

export const migrationsDir = join(import.meta.dirname, '../../prisma/migrations');

const filters = { externalTables: [], externalEnums: [] };
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
    const migrationsList = await readMigrations(directory);
    await refuseEdited(lock, migrationsList);
    const output = await askEngine<ApplyMigrationsOutput>({
      url,
      kind: 'apply',
      input: { migrationsList, filters },
    });
    return output.appliedMigrationNames;
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
  const model = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content }],
  });
  const result = await askEngine<DiffResult>({
    url,
    kind: 'diff',
    input: {
      from: from === undefined ? { tag: 'empty' } : model(from),
      to: model(to),
      script: true,
      exitCode: null,
      filters,
    },
  });
  return (result.stdout ?? '').replace('-- This is an empty migration.', '').trim();
}

async function readMigrations(directory: string): Promise<MigrationList> {
  const names = (await readdir(directory, { withFileTypes: true }))
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

/** The engine skips what is applied by name alone; an edited file would leave databases that differ. */
async function refuseEdited(client: pg.Client, list: MigrationList): Promise<void> {
  const table = await client.query(`SELECT to_regclass('_prisma_migrations') AS name`);
  if (table.rows[0]?.name === null) return;
  const applied = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  for (const row of applied.rows) {
    const file = list.migrationDirectories.find((migration) => migration.path === row.name);
    if (!row.finished) {
      throw new AppError('migration', `Migration ${row.name} failed half-way; see _prisma_migrations.logs.`);
    }
    if (!file) {
      throw new AppError('migration', `The database has migration ${row.name}, which this version lacks.`);
    }
    const content = file.migrationFile.content;
    if (content.tag === 'ok' && (await checksum(content.value)) !== row.checksum) {
      throw new AppError('migration', `Migration ${row.name} was changed after it was applied; undo that.`);
    }
  }
}

async function checksum(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');
}

/** The engine leaves timers and, after a panic, a broken memory behind: it gets a thread that ends with it. */
async function askEngine<Output>(job: EngineJob): Promise<Output> {
  const worker = new Worker(join(import.meta.dirname, 'schema-engine.ts'), {
    workerData: job,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    const answer = await new Promise<EngineAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the schema engine ended with code ${code}`)));
    });
    if (answer.kind === 'failed') throw new AppError('migration', answer.message);
    return asOutput(answer.output);
  } finally {
    await worker.terminate();
  }
}

/** The engine's answer has the shape that its own declarations give for the job's kind. */
function asOutput<Output>(output: unknown): Output {
  return output as Output;
}
