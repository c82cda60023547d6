import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from './build-web.ts';

const RunningStack = z.object({ pid: z.number(), startedAt: z.string(), webUrl: z.string() });
type RunningStack = z.infer<typeof RunningStack>;

const pathOf = (dataDir: string) => join(dataDir, 'stack.json');

/** The stack that runs on this data directory now, if one does. */
export async function findRunningStack(dataDir: string): Promise<RunningStack | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = RunningStack.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.pid !== process.pid && isAlive(parsed.data.pid)
    ? parsed.data
    : undefined;
}

export async function recordRunningStack(dataDir: string, webUrl: string): Promise<void> {
  const record: RunningStack = { pid: process.pid, startedAt: new Date().toISOString(), webUrl };
  await writeFile(pathOf(dataDir), `${JSON.stringify(record)}\n`);
}

export async function forgetRunningStack(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}
