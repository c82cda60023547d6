import { parseArgs } from 'node:util';
import { ENTRIES } from './entries.ts';
import { lineOf } from './report.ts';

const HELP = `Usage: npm run bench -- [name…] [--quick] [--json] [--rounds n] [--list]

Measures the paths that matter, each against its limit and its rival in the same run, on this machine.
Figures are medians; ratios are taken pair by pair over alternating rounds. docs/performance.md explains them.

  --quick      fewer rounds and smaller fleets: to see whether it runs, not for figures to quote
  --rounds n   rounds that count (default 5, with --quick 2)
  --json       one JSON line per result on standard output
  --list       names and what each measures

Entries: ${ENTRIES.map((entry) => entry.name).join(', ')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    rounds: { type: 'string' },
  },
});

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (values.list) {
  for (const entry of ENTRIES) process.stdout.write(`${entry.name.padEnd(14)} ${entry.describes}\n`);
  process.exit(0);
}
const rounds = values.rounds === undefined ? (values.quick ? 2 : 5) : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
  fail('--rounds takes a whole number from 1 to 100.');
for (const name of positionals) {
  if (!ENTRIES.some((entry) => entry.name === name)) {
    fail(`There is no entry "${name}". Known: ${ENTRIES.map((entry) => entry.name).join(', ')}.`);
  }
}

const cleanups: (() => Promise<unknown> | unknown)[] = [];
async function cleanUp(): Promise<void> {
  for (let stop = cleanups.pop(); stop; stop = cleanups.pop()) {
    try {
      await stop();
    } catch (error) {
      process.stderr.write(`  could not clean up: ${error instanceof Error ? error.message : error}\n`);
    }
  }
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
}

let failed = 0;
for (const entry of ENTRIES) {
  if (positionals.length > 0 && !positionals.includes(entry.name)) continue;
  const options = {
    quick: values.quick,
    rounds,
    say: (text: string) => process.stderr.write(`  ${entry.name}: ${text}\n`),
    defer: (stop: () => Promise<unknown> | unknown) => void cleanups.push(stop),
  };
  try {
    for await (const result of entry.run(options)) {
      process.stdout.write(`${values.json ? JSON.stringify(result) : lineOf(result)}\n`);
    }
  } catch (error) {
    failed += 1;
    process.stderr.write(
      `${entry.name} could not be measured: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  }
  await cleanUp();
}
process.exit(failed === 0 ? 0 : 1);
