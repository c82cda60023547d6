import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { expect, it } from 'vitest';

const script = `
  import { readFile } from 'node:fs/promises';
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { yieldCores } from ${JSON.stringify(new URL('./yield-cores.ts', import.meta.url).href)};
  await readFile('/proc/self/status');
  yieldCores();
  console.log(JSON.stringify(readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))));
`;

it.runIf(process.platform === 'linux')(
  'yields with every thread that there is, those that read files too',
  () => {
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    const priorities = JSON.parse(answer) as number[];
    expect(priorities.length).toBeGreaterThan(4);
    expect(Math.min(...priorities)).toBeGreaterThanOrEqual(constants.priority.PRIORITY_BELOW_NORMAL);
  },
);
