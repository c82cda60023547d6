import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';

/** Prisma for ordinary reads and writes, `pool` for the hot paths; both draw on the same connections. */
export type Database = {
  prisma: PrismaClient;
  pool: pg.Pool;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Most connections at a time. */
  max?: number;
  /** Shown in `pg_stat_activity`. */
  name?: string;
  /** Statements that do not wait for each other's answers travel together; COPY and cursors cannot then. */
  pipeline?: boolean;
  /** Told of a broken idle connection; the pool itself replaces it. */
  onError?: (error: Error) => void;
};

/** Connects lazily: nothing is opened before the first query. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.name ?? 'roadcast',
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    // A script ends when its work is done, not when the last idle connection times out.
    allowExitOnIdle: true,
  });
  const tell = (error: Error) => options.onError?.(error);
  pool.on('error', tell);
  // A connection that breaks while it is lent, between two statements, would otherwise end the process.
  pool.on('connect', (client) => client.on('error', tell));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
