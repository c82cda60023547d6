import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const script = `
  import { readFile } from 'node:fs/promises';
  import { existsSync, readdirSync, readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { yieldCores } from ${JSON.stringify(new URL('./yield-cores.ts', import.meta.url).href)};
  await readFile('/proc/self/status');
  const group = () => existsSync('/proc/self/autogroup') ? readFileSync('/proc/self/autogroup', 'utf8').trim() : '';
  const before = group();
  yieldCores();
  const threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
  console.log(JSON.stringify({ threads, before, after: group() }));
`;

type Answer = { threads: number[]; before: string; after: string };

async function yieldIn({ ownSession }: { ownSession: boolean }): Promise<Answer> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: ownSession,
  });
  return JSON.parse(await text(child.stdout)) as Answer;
}

const { PRIORITY_BELOW_NORMAL } = constants.priority;

it.runIf(process.platform === 'linux')(
  'yields with every thread that there is, those that read files too',
  async () => {
    const { threads } = await yieldIn({ ownSession: false });
    expect(threads.length).toBeGreaterThan(4);
    expect(Math.min(...threads)).toBeGreaterThanOrEqual(PRIORITY_BELOW_NORMAL);
  },
);

it.runIf(existsSync('/proc/self/autogroup'))(
  'yields to other sessions where it has one of its own, and leaves a shared one as it is',
  async () => {
    const own = await yieldIn({ ownSession: true });
    expect(own.after).toMatch(new RegExp(` nice ${PRIORITY_BELOW_NORMAL}$`));
    const shared = await yieldIn({ ownSession: false });
    expect(shared.after).toBe(shared.before);
  },
);
