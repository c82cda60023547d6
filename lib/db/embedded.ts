import { chown, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { UnavailableError } from '../errors.ts';
import { exists, findOwner, findTools, type Owner, runAs } from './embedded-tools.ts';

export type EmbeddedPostgresOptions = {
  directory: string;
  port: number;
  password: string;
  database?: string;
  /** Tests trade safety for speed; never for data that is kept. */
  durable?: boolean;
  maxConnections?: number;
};

export type EmbeddedPostgres = {
  url: string;
  port: number;
  /** True if a server of an earlier, killed parent was still running on this directory and was taken over. */
  adopted: boolean;
  stop(): Promise<void>;
};

/**
 * A real Postgres of our own in a directory. `pg_ctl` starts it in its own session, so that Ctrl-C in a
 * terminal reaches the supervisor alone, which stops it last; a survivor of a killed supervisor is adopted.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const database = options.database ?? 'roadcast';
  const owner = await findOwner(options.directory);
  const tools = await findTools(owner);
  const pgCtl = (...args: string[]) => runAs(owner, tools.pg_ctl, ['-D', options.directory, ...args]);

  if (!(await exists(join(options.directory, 'PG_VERSION')))) {
    await initialise(options, tools.initdb, owner);
  }
  const port = options.port;
  const survivor = await runningPort(options.directory, pgCtl);
  const adopted = survivor === port;
  if (!adopted) {
    if (survivor !== undefined) await pgCtl('stop', '-m', 'fast', '-w', '-t', '20', '-s');
    await rm(join(options.directory, 'postmaster.pid'), { force: true });
    await startServer(options, pgCtl);
  }
  const urlOf = (name: string) =>
    `postgresql://roadcast:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${name}`;
  await ensureDatabase(urlOf('postgres'), database);
  return {
    url: urlOf(database),
    port,
    adopted,
    async stop() {
      await pgCtl('stop', '-m', 'fast', '-w', '-t', '20', '-s');
    },
  };
}

/** The port of a Postgres of ours that runs on this directory, if one does. */
export async function findEmbeddedPostgres(directory: string): Promise<number | undefined> {
  const owner = await findOwner(directory);
  const tools = await findTools(owner);
  return runningPort(directory, (...args) => runAs(owner, tools.pg_ctl, ['-D', directory, ...args]));
}

export async function stopEmbeddedPostgres(directory: string): Promise<void> {
  const owner = await findOwner(directory);
  const tools = await findTools(owner);
  await runAs(owner, tools.pg_ctl, ['-D', directory, 'stop', '-m', 'fast', '-w', '-t', '20', '-s']);
}

async function initialise(options: EmbeddedPostgresOptions, initdb: string, owner: Owner): Promise<void> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const passwordFile = `${options.directory}.password`;
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (owner) {
    await chown(options.directory, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  try {
    await runAs(owner, initdb, [
      `--pgdata=${options.directory}`,
      '--username=roadcast',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const MB = 1024 * 1024;

/** An eighth of the memory that this machine or container has, at most 2 GB; what holds no data takes none of it. */
function sharedBuffersMb(): number {
  const constrained = process.constrainedMemory();
  const memory = Math.min(totalmem(), constrained > 0 ? constrained : Number.POSITIVE_INFINITY);
  return Math.floor(Math.min(2_048, Math.max(128, memory / 8 / MB)));
}

type PgCtl = (...args: string[]) => Promise<string>;

async function startServer(options: EmbeddedPostgresOptions, pgCtl: PgCtl): Promise<void> {
  const settings: Record<string, string> = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 100),
    shared_buffers: `${sharedBuffersMb()}MB`,
    effective_cache_size: '2GB',
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    checkpoint_completion_target: '0.9',
    wal_compression: 'pglz',
    random_page_cost: '1.1',
    synchronous_commit: 'on',
    jit: 'off',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_preload_libraries: 'pg_stat_statements',
    ...(await sharedMemorySetting()),
  };
  if (options.durable === false) {
    Object.assign(settings, {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      shared_buffers: '128MB',
      maintenance_work_mem: '64MB',
    });
  }
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value === '' ? "''" : value}`);
  const logFile = join(options.directory, 'server.log');
  try {
    await pgCtl('start', '-w', '-t', '60', '-s', '-l', logFile, '-o', flags.join(' '));
  } catch (error) {
    const log = await readFile(logFile, 'utf8').catch(() => '');
    const cause = log.split('\n').findLast((line) => /FATAL|PANIC|could not/.test(line));
    throw new UnavailableError(
      `The embedded Postgres did not start on port ${options.port}: ${cause ?? messageOf(error)} (see ${logFile}).`,
    );
  }
}

/** Containers often have 64 MB of /dev/shm, too little for a parallel join over a large fleet. */
async function sharedMemorySetting(): Promise<Record<string, string>> {
  const space = await statfs('/dev/shm').catch(() => undefined);
  if (!space || space.blocks * space.bsize >= 512 * 1024 * 1024) return {};
  return { dynamic_shared_memory_type: 'mmap' };
}

/** The port of the server that runs on this directory, from its own pid file; undefined when none does. */
async function runningPort(directory: string, pgCtl: PgCtl): Promise<number | undefined> {
  if (!(await exists(join(directory, 'postmaster.pid')))) return undefined;
  try {
    await pgCtl('status', '-s');
  } catch {
    return undefined;
  }
  const lines = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(lines[3]) || undefined;
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

export function postgresDirectory(dataDir: string): string {
  return join(dataDir, 'postgres');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
