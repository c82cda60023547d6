import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { root } from './child.ts';
import { fromPlaywright, fromVitest, linesFromVitest, type Outcome, type TestLine } from './test-report.ts';

const help = `npm test [-- --only a,b]     runs everything; stages: check, unit, db, stack, browser
npm run check                format, lint, types, unused code, import boundaries, migrations
npm run test:unit            rules without I/O
npm run test:db              services and queries on a real Postgres
npm run test:stack           whole processes: broker, worker, payload, faults
npm run test:e2e             stack and browser
npm run faults               the faults alone: killed processes, cut connections, bad input

--json prints a line for each test of a stage of vitest (unit, db, stack, faults), the rest on stderr;
npm run -s faults -- --json keeps npm's own lines away:
{"name","file","outcome":"passed"|"failed"|"skipped","seconds","error"?}
What follows -- is handed to the stage's tool when one stage runs: npm run test:unit -- lib/domain -t wave
A browser and Mosquitto are used when they are there, and installed where this user may do so.
A skipped test counts as a failure.
`;

type Stage = { name: string; run(extra: string[], scratch: string): Promise<Outcome> };

const bin = (path: string) => join(root, 'node_modules', path);

const checks: [string, string, string[]][] = [
  ['format and lint', bin('@biomejs/biome/bin/biome'), ['ci', '--error-on-warnings', '.']],
  ['types', bin('typescript/bin/tsc'), ['--noEmit', '-p', '.']],
  ['unused code', bin('knip/bin/knip.js'), ['--no-progress']],
  ['migrations', join(root, 'lib/stack/db-diff.ts'), ['--check']],
];

const vitest = (name: string, filter: string[] = []): Stage => ({
  name,
  async run(extra, scratch) {
    const file = join(scratch, `${name}.json`);
    const project = name === 'faults' ? 'stack' : name;
    const args = ['run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json'];
    const code = await node(bin('vitest/vitest.mjs'), [
      ...args,
      `--outputFile.json=${file}`,
      ...filter,
      ...extra,
    ]);
    const report = await readJson(file);
    if (json) linesFromVitest(report, root).forEach(tell);
    return fromVitest(report, code, root);
  },
});

const stages: Stage[] = [
  {
    name: 'check',
    async run() {
      const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, faults: [] };
      for (const [name, program, args] of checks) {
        const code = await node(program, args);
        say(`${code === 0 ? styleText('green', '✓') : styleText('red', '✕')} ${name}\n`);
        if (code === 0) outcome.passed++;
        else {
          outcome.failed++;
          outcome.faults.push(name);
        }
      }
      return outcome;
    },
  },
  vitest('unit'),
  vitest('db'),
  vitest('stack'),
  {
    name: 'browser',
    async run(extra, scratch) {
      const { ensureChromium } = await import('../../e2e/fixtures/chromium.ts');
      const path = await ensureChromium((text) => say(`${text}\n`));
      const file = join(scratch, 'browser.json');
      const args = ['test', '--reporter=list,json', '--pass-with-no-tests', ...extra];
      const env = { CHROMIUM_PATH: path, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
      const code = await node(bin('@playwright/test/cli.js'), args, env);
      return fromPlaywright(await readJson(file), code);
    },
  },
  vitest('faults', ['e2e/faults']),
];
const everything = ['check', 'unit', 'db', 'stack', 'browser'];

const { values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: 'boolean', short: 'h' }, only: { type: 'string' }, json: { type: 'boolean' } },
});
const json = values.json === true;
let toldFailure = false;
/** For people; with `--json` the lines have standard output to themselves. */
const say = (text: string) => (json ? process.stderr : process.stdout).write(text);
if (values.help) process.stdout.write(help);
else process.exitCode = await main(typeof values.only === 'string' ? values.only.split(',') : everything);

function tell(line: TestLine): void {
  toldFailure ||= line.outcome === 'failed';
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function main(names: string[]): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'roadcast-test-report-'));
  const results: { name: string; outcome: Outcome; seconds: number }[] = [];
  try {
    for (const name of names) {
      const stage = stages.find((candidate) => candidate.name === name);
      if (!stage) throw new Error(`There is no stage "${name}".`);
      say(`\n${styleText('bold', `── ${name} `.padEnd(72, '─'))}\n`);
      const startedAt = Date.now();
      const outcome = await stage.run(names.length === 1 ? extraArguments() : [], scratch).catch((error) => {
        const fault = error instanceof Error ? error.message : String(error);
        process.stderr.write(`${fault}\n`);
        return { passed: 0, failed: 1, skipped: 0, faults: [fault] };
      });
      if (outcome.passed + outcome.failed + outcome.skipped === 0) {
        outcome.failed = 1;
        outcome.faults.push('no test was run: none is there, or none is named so');
      }
      // A stage that failed without a failed test: its tool ended with an error, or ran nothing.
      if (json && outcome.failed > 0 && !toldFailure)
        tell({ name, file: '', outcome: 'failed', seconds: 0, error: outcome.faults[0] ?? '' });
      results.push({ name, outcome, seconds: (Date.now() - startedAt) / 1000 });
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return summarise(results);
}

function summarise(results: { name: string; outcome: Outcome; seconds: number }[]): number {
  const total = { passed: 0, failed: 0, skipped: 0 };
  say('\n');
  // Once more at the end, where a long log is looked at first.
  for (const { name, outcome } of results)
    for (const fault of outcome.faults) say(`${styleText('red', '✕')} ${name}: ${fault}\n`);
  for (const { name, outcome, seconds } of results) {
    total.passed += outcome.passed;
    total.failed += outcome.failed + outcome.skipped;
    total.skipped += outcome.skipped;
    const good = outcome.failed + outcome.skipped === 0;
    const counts = `${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`;
    const mark = good ? styleText('green', '✓') : styleText('red', '✕');
    say(`${mark} ${name.padEnd(8)} ${counts.padEnd(40)} ${seconds.toFixed(1)} s\n`);
  }
  if (total.skipped > 0) say('A skipped test counts as a failure.\n');
  say(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

/** Everything that is not ours, in its order. */
function extraArguments(): string[] {
  const own = process.argv.slice(2);
  const only = own.indexOf('--only');
  return own.filter(
    (argument, index) => argument !== '--json' && (only < 0 || (index !== only && index !== only + 1)),
  );
}

function node(program: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    stdio: ['inherit', json ? 2 : 'inherit', 'inherit'],
    env: { ...process.env, ...env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => 'null');
  return JSON.parse(text);
}
