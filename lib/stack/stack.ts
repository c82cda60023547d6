import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Config, EnvironmentVariables } from '../config.ts';
import { findEmbeddedPostgres, postgresDirectory, startEmbeddedPostgres } from '../db/embedded.ts';
import { applyMigrations } from '../db/migrate.ts';
import { AppError, UnavailableError } from '../errors.ts';
import { buildWeb } from './build-web.ts';
import { root, startChild } from './child.ts';
import { checkBroker, checkDatabase, checkPorts, listPorts } from './preflight.ts';
import { startService } from './service.ts';

export type StackOptions = {
  config: Config;
  env: EnvironmentVariables;
  dev: boolean;
  /** Takes one line of one process. */
  write: (name: string, line: string) => void;
  /** Aborted when the person wants to stop while it still starts. */
  signal: AbortSignal;
};

export type Stack = { stop(): Promise<void>; demoSeeded: boolean };

type Say = (text: string, level?: keyof typeof levels) => void;

const levels = { info: 30, warn: 40, error: 50 };

type Step = { name: string; stop(): Promise<void> };

/**
 * Starts every part in the order in which they need each other and waits for each. When one does not come up,
 * what was started is stopped again and the error thrown.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { config, env, dev, write, signal } = options;
  const started: Step[] = [];
  const failed = new AbortController();
  const say: Say = (text, level = 'info') =>
    write(
      'roadcast',
      JSON.stringify({ level: levels[level], time: new Date(), name: 'roadcast', msg: text }),
    );
  const stop = async () => {
    for (const step of started.splice(0).reverse()) {
      say(`stopping ${step.name}`);
      await step.stop().catch((error) => say(`${step.name} did not stop in order: ${error}`, 'error'));
    }
  };
  const run = async (name: string, entry: string, args: string[] = []) => {
    signal.throwIfAborted();
    if (!existsSync(join(root, entry))) throw new UnavailableError(`${entry} is missing from this copy.`);
    say(`starting ${name}`);
    const watched = dev && name !== 'web';
    const service = startService({
      name,
      entry,
      args,
      nodeArgs: watched ? ['--watch', '--watch-preserve-output'] : [],
      env,
      say,
      onLine: (line) => write(name, line),
    });
    started.push(service);
    await unlessAborted(service.ready, signal);
  };

  try {
    const postgresRuns =
      config.database.embedded &&
      (await findEmbeddedPostgres(postgresDirectory(config.dataDir))) !== undefined;
    await checkPorts(listPorts(config, postgresRuns));
    if (!config.database.embedded) await checkDatabase(config.databaseUrl);
    if (!config.mqtt.embedded) await checkBroker(config);

    const building = dev
      ? Promise.resolve(false)
      : buildWeb(env, (line) => write('build', line), { signal: AbortSignal.any([signal, failed.signal]) });
    building.catch(() => undefined);
    if (config.database.embedded) started.push(await startPostgres(config, say));
    const applied = await applyMigrations(config.databaseUrl);
    if (applied.length > 0) say(`database brought up to date (${applied.length} migrations)`);

    if (config.mqtt.embedded) await run('broker', 'lib/broker/main.ts');
    await run('payload', 'lib/payload/main.ts');
    await run('worker', 'lib/worker/main.ts');
    if (await unlessAborted(building, signal)) say('web pages built');
    await run('web', 'lib/web/main.ts');
    const demoSeeded = config.demo && (await isEmpty(config.databaseUrl));
    if (demoSeeded) await seedDemo(options, say);
    if (config.fleet.vehicles > 0) await run('fleet', 'lib/tcu/fleet.ts', ['--demo']);
    return { stop, demoSeeded };
  } catch (error) {
    failed.abort();
    await stop();
    throw error;
  }
}

async function startPostgres(config: Config, say: Say): Promise<Step> {
  say('starting postgres');
  const postgres = await startEmbeddedPostgres({
    directory: postgresDirectory(config.dataDir),
    port: config.database.port,
    password: config.database.password ?? '',
  });
  if (postgres.adopted) say('a Postgres left by an earlier run was still there and is used again');
  return { name: 'postgres', stop: () => postgres.stop() };
}

async function isEmpty(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<{ empty: boolean }>(
      'SELECT NOT EXISTS (SELECT 1 FROM vehicles) AND NOT EXISTS (SELECT 1 FROM releases) AS empty',
    );
    return result.rows[0]?.empty ?? false;
  } finally {
    await client.end();
  }
}

async function seedDemo({ env, write, signal }: StackOptions, say: Say): Promise<void> {
  say('filling the catalog and fleet of the demo (once)');
  const child = startChild({
    name: 'seed',
    entry: 'prisma/seed.ts',
    args: ['--demo'],
    env,
    onLine: (line) => write('seed', line),
  });
  signal.addEventListener('abort', () => void child.stop(), { once: true });
  const { code } = await child.exited;
  if (code !== 0) throw new AppError('seed', `The demo could not be filled in (exit code ${code}).`);
}

/** The promise's outcome, or the reason of the abort as soon as it comes. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
