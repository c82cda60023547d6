import { chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEnv } from '#e2e/fixtures/env.ts';
import { openDatabase } from '#lib/db/client.ts';
import { startEmbeddedPostgres } from '#lib/db/embedded.ts';
import { applyMigrations } from '#lib/db/migrate.ts';
import { startChild } from '#lib/stack/child.ts';
import { findFreePort } from '#lib/stack/free-port.ts';
import type { BenchOptions } from './entry.ts';

/**
 * A durable Postgres with a seeded fleet of this size, history and past campaigns included (about ten timeline
 * rows a vehicle). Filled once by the seed's COPY and kept in the temporary directory, for further entries and runs.
 */
export async function startFleetDatabase(
  { say, defer }: Pick<BenchOptions, 'say' | 'defer'>,
  vehicles: number,
): Promise<string> {
  const directory = join(tmpdir(), `roadcast-bench-fleet-${vehicles}`);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const postgres = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    port: await findFreePort(),
    password: 'throwaway',
    database: 'roadcast',
    durable: true,
    maxConnections: 200,
  });
  defer(() => postgres.stop());
  await applyMigrations(postgres.url);
  await seed(postgres.url, directory, vehicles, say);
  await settle(postgres.url);
  return postgres.url;
}

/** What entries before left behind is put in order, as autovacuum does it in quieter hours. */
async function settle(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1, name: 'roadcast-bench' });
  await db.pool.query('VACUUM ANALYZE').finally(() => db.close());
}

async function seed(
  url: string,
  directory: string,
  vehicles: number,
  say: BenchOptions['say'],
): Promise<void> {
  const db = openDatabase(url, { max: 1, name: 'roadcast-bench' });
  try {
    const { rows } = await db.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM vehicles');
    if ((rows[0]?.count ?? 0) >= vehicles) return;
    say(`filling a fleet of ${vehicles} vehicles`);
    const child = startChild({
      name: 'seed',
      entry: 'prisma/seed.ts',
      args: ['--vehicles', String(vehicles), '--history', '--online', '60'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...testEnv({ DATABASE_URL: url, DATA_DIR: directory }),
      },
      onLine: say,
    });
    child.ready.catch(() => undefined);
    const { code } = await child.exited;
    if (code !== 0) throw new Error('the fleet could not be filled');
  } finally {
    await db.close();
  }
}

/** Vehicles of the large fleet of this run. */
export function fleetSize({ quick }: Pick<BenchOptions, 'quick'>): number {
  return quick ? 50_000 : 1_000_000;
}
