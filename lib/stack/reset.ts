import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readEnvironment } from '../config.ts';
import { findEmbeddedPostgres, postgresDirectory, stopEmbeddedPostgres } from '../db/embedded.ts';
import { findRunningStack } from './running-stack.ts';

const help = `npm run reset [-- --yes]   removes DATA_DIR (.data): database, broker sessions, payloads, secrets

Asks first, unless --yes. Refuses while a stack runs on it. A Postgres, broker or S3 of your own is not touched.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  const dataDir = resolve(readEnvironment().DATA_DIR ?? '.data');
  if (!existsSync(dataDir)) {
    process.stdout.write(`${dataDir} does not exist; nothing to remove.\n`);
    return 0;
  }
  const running = await findRunningStack(dataDir);
  if (running) {
    process.stderr.write(`Roadcast runs on ${dataDir} (process ${running.pid}); stop it first.\n`);
    return 1;
  }
  if (!args.includes('--yes') && !(await confirm(dataDir))) {
    process.stderr.write('Nothing removed.\n');
    return 1;
  }
  const postgres = postgresDirectory(dataDir);
  if ((await findEmbeddedPostgres(postgres)) !== undefined) await stopEmbeddedPostgres(postgres);
  await rm(dataDir, { recursive: true, force: true });
  process.stdout.write(`${dataDir} is removed.\n`);
  return 0;
}

async function confirm(dataDir: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `Remove ${dataDir} with all vehicles, campaigns and payloads? [y/N] `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
