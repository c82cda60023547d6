import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { findFreePort } from './free-port.ts';

export type ThrowawayPostgres = { url: string; stop(): Promise<void> };

/** A Postgres in a temporary directory on a free port; fast instead of durable unless told otherwise. */
export async function startThrowawayPostgres({
  database = 'roadcast',
  durable = false,
} = {}): Promise<ThrowawayPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'roadcast-pg-'));
  await chmod(directory, 0o755);
  const postgres = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    port: await findFreePort(),
    password: 'throwaway',
    database,
    durable,
    maxConnections: 200,
  });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function withThrowawayPostgres<T>(use: (url: string) => Promise<T>): Promise<T> {
  const postgres = await startThrowawayPostgres();
  try {
    return await use(postgres.url);
  } finally {
    await postgres.stop();
  }
}
