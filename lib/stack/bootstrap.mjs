// The only file that must run on whatever Node >= 20 the machine has, before anything is installed.
// It installs what package-lock.json says, generates the Prisma client, then hands over to Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const windows = process.platform === 'win32';
const at = (...parts) => join(root, ...parts);
const node = at('node_modules/node/bin', windows ? 'node.exe' : 'node');
const stampPath = at('node_modules/.roadcast-install');
const clientStampPath = at('lib/db/generated/.stamp');

const commands = {
  start: ['lib/stack/main.ts'],
  dev: ['lib/stack/main.ts', '--dev'],
  build: ['lib/stack/build-web.ts'],
  reset: ['lib/stack/reset.ts'],
  test: ['lib/stack/test.ts'],
  check: ['lib/stack/test.ts', '--only', 'check'],
  'test:unit': ['lib/stack/test.ts', '--only', 'unit'],
  'test:db': ['lib/stack/test.ts', '--only', 'db'],
  'test:stack': ['lib/stack/test.ts', '--only', 'stack'],
  'test:e2e': ['lib/stack/test.ts', '--only', 'stack,browser'],
  faults: ['lib/stack/test.ts', '--only', 'faults'],
  fleet: ['lib/tcu/fleet.ts'],
  seed: ['prisma/seed.ts'],
  bench: ['lib/bench/main.ts'],
  screenshots: ['e2e/screenshots.ts'],
  'db:migrate': ['lib/stack/db-migrate.ts'],
  'db:diff': ['lib/stack/db-diff.ts'],
  generate: [],
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Unknown command "${name}". Known: ${Object.keys(commands).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Roadcast needs Node 20 or newer; this is ${process.version} (${process.execPath}).`);
}

if (name === 'generate' && (args.includes('--help') || args.includes('-h'))) {
  say('npm run generate   writes the Prisma client of prisma/schema.prisma to lib/db/generated');
  process.exit(0);
}

process.chdir(root);
ensureInstalled();
ensureClient(name === 'generate');
const [entry, ...fixed] = command;
if (entry !== undefined) handOver(entry, [...fixed, ...args]);

function ensureInstalled() {
  const wanted = hash(['package-lock.json']);
  const complete = existsSync(node) && librariesExist();
  if (complete && read(stampPath) === wanted) return;
  if (complete && installedMatches()) {
    writeFileSync(stampPath, wanted);
    return;
  }
  say(`Installing the libraries of package-lock.json into ${at('node_modules')} (once, a minute or so) …`);
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? { file: process.execPath, args: [process.env.npm_execpath] }
    : { file: windows ? 'npm.cmd' : 'npm', args: [] };
  const done = spawnSync(npm.file, [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows && npm.args.length === 0,
    // The tools of `npm start` and `npm test` are development dependencies, wanted in every environment.
    env: withoutNodeEnv(),
  });
  if (done.error) fail(`npm could not be started: ${done.error.message}. Install npm 10 or newer.`);
  if (done.status !== 0) {
    fail(
      `\`npm ci\` failed (exit code ${done.status}); see its message above. Is the npm registry reachable?`,
    );
  }
  if (!existsSync(node)) {
    fail(
      `The npm package "node" brought no program for ${process.platform}-${process.arch}; were install scripts off?`,
    );
  }
  writeFileSync(stampPath, wanted);
}

/** A library removed by hand is found here, in a millisecond, instead of as a stack trace later. */
function librariesExist() {
  const manifest = json(at('package.json'));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).every((library) =>
    existsSync(at('node_modules', library, 'package.json')),
  );
}

/** True after `npm ci` or `npm install` by hand: npm's own record of what it installed agrees with the lock file. */
function installedMatches() {
  const installed = json(at('node_modules/.package-lock.json'))?.packages;
  const locked = json(at('package-lock.json'))?.packages;
  if (!installed || !locked) return false;
  return Object.entries(locked).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

function ensureClient(always) {
  if (!existsSync(at('prisma/schema.prisma'))) return;
  const wanted = hash(['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']);
  if (!always && read(clientStampPath) === wanted) return;
  const done = spawnSync(node, [at('node_modules/prisma/build/index.js'), 'generate', '--no-hints'], {
    cwd: root,
    encoding: 'utf8',
    stdio: always ? 'inherit' : 'pipe',
  });
  if (done.status !== 0) {
    fail(
      `The Prisma client could not be generated from prisma/schema.prisma:\n${done.stdout ?? ''}${done.stderr ?? ''}`,
    );
  }
  writeFileSync(clientStampPath, wanted);
}

function handOver(file, rest) {
  if (!existsSync(at(file))) fail(`${file} is not there; this copy of Roadcast is incomplete.`);
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', at(file), ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${at('node_modules/.bin')}${windows ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  });
  // Ctrl-C in a terminal reaches the child by itself; a signal sent to this process alone must be passed on.
  // The child takes a second SIGINT within moments for the same wish.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) =>
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)),
  );
}

function withoutNodeEnv() {
  const { NODE_ENV: _, npm_config_omit: __, npm_config_production: ___, ...env } = process.env;
  return env;
}

function hash(files) {
  const sum = createHash('sha256');
  for (const file of files) sum.update(readFileSync(at(file)));
  return sum.digest('hex');
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function json(path) {
  const text = read(path);
  return text === undefined ? undefined : JSON.parse(text);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
