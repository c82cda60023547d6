import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { type EnvironmentVariables, loadConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { root } from './child.ts';
import { ensureSecrets } from './secrets.ts';

const sources = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma', 'package-lock.json'];
const settings = ['next.config.js', 'postcss.config.mjs', 'tsconfig.json'];
const stampPath = join(root, '.next/roadcast-build');
/** Not in `.next`, which `next build` empties as it begins. */
const lockPath = join(root, 'node_modules/.roadcast-build.lock');

/** Builds the web pages unless the last build was of the same sources. Returns whether it had to. */
export async function buildWeb(
  env: EnvironmentVariables,
  onLine: (line: string) => void,
  { force = false, signal }: { force?: boolean; signal?: AbortSignal } = {},
): Promise<boolean> {
  if (!existsSync(join(root, 'app'))) return false;
  const wanted = await hashSources();
  if (!force && (await isBuilt(wanted))) return false;
  const unlock = await lock();
  try {
    if (!force && (await isBuilt(wanted))) return false;
    await rm(stampPath, { force: true });
    await runNextBuild(env, onLine, signal);
    await writeFile(stampPath, wanted);
    return true;
  } finally {
    await unlock();
  }
}

async function isBuilt(wanted: string): Promise<boolean> {
  const [stamp, id] = await Promise.all(
    [stampPath, join(root, '.next/BUILD_ID')].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return stamp === wanted && id !== '';
}

async function runNextBuild(
  env: EnvironmentVariables,
  onLine: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  child.on('error', () => undefined);
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      tail.push(line);
      onLine(line);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new AppError('build', `The web build failed:\n${tail.slice(-40).join('\n')}`);
}

async function hashSources(): Promise<string> {
  const files = (await Promise.all([...sources, ...settings].map(listFiles))).flat().sort();
  const sum = createHash('sha256');
  for (const file of files) sum.update(file).update(await readFile(join(root, file)));
  return sum.digest('hex');
}

async function listFiles(path: string): Promise<string[]> {
  if (!existsSync(join(root, path))) return [];
  const entries = await readdir(join(root, path), { withFileTypes: true, recursive: true }).catch(
    () => undefined,
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|\.stamp$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Two stacks from one checkout may start at once; the second waits for the first one's build. */
async function lock(): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(lockPath, String(process.pid), { flag: 'wx' });
      return () => rm(lockPath, { force: true });
    } catch {
      const owner = Number(await readFile(lockPath, 'utf8').catch(() => ''));
      if (owner > 0 && !isAlive(owner)) await rm(lockPath, { force: true });
      else await wait(250);
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Reflect.get(Object(error), 'code') === 'EPERM';
  }
}

if (import.meta.main) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(
      'npm run build [-- --force]   builds the web pages into .next, if their sources changed\n',
    );
  } else {
    await ensureSecrets(process.env.DATA_DIR ?? '.data', process.env);
    loadConfig();
    const built = await buildWeb(process.env, (line) => process.stdout.write(`${line}\n`), {
      force: process.argv.includes('--force'),
    });
    process.stdout.write(built ? 'Built.\n' : 'Up to date.\n');
  }
}
