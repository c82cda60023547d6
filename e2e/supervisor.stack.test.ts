import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from '#lib/stack/child.ts';
import { testEnv } from './fixtures/env.ts';
import { findFreePorts } from './fixtures/ports.ts';

const run = promisify(execFile);
let dataDir: string;
let env: Record<string, string>;
let webPort = 0;
let lines: string[] = [];
let supervisor: Child;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'roadcast-supervisor-'));
  const [web = 0, mqtt = 0, payload = 0, database = 0] = await findFreePorts(4);
  webPort = web;
  env = testEnv({
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    DATA_DIR: dataDir,
    WEB_PORT: String(web),
    MQTT_PORT: String(mqtt),
    PAYLOAD_PORT: String(payload),
    DATABASE_PORT: String(database),
    DATABASE_PASSWORD: 'test-database-password',
  });
  supervisor = start();
  await supervisor.ready.catch((error) => {
    throw new Error(`${error}\n${lines.join('\n')}`);
  });
}, 400_000);

afterAll(async () => {
  await supervisor.stop(30_000);
  await rm(dataDir, { recursive: true, force: true });
});

function start(): Child {
  lines = [];
  return startChild({
    name: 'supervisor',
    entry: 'lib/stack/main.ts',
    env,
    onLine: (line) => lines.push(line),
  });
}

/** The pids of the supervisor's children by entry file. */
async function childrenOf(pid: number): Promise<Map<string, number>> {
  const { stdout } = await run('ps', ['-e', '-o', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s.*lib\/(\w+)\/\w+\.ts/.exec(line));
  return new Map(
    rows.flatMap((row) =>
      row && Number(row[2]) === pid && row[3] ? [[row[3], Number(row[1])] as const] : [],
    ),
  );
}

const health = async () => {
  const response = await fetch(`http://127.0.0.1:${webPort}/healthz`);
  return response.status;
};

describe('npm start', () => {
  it('brings up every part and says where', async () => {
    expect(await health()).toBe(200);
    const text = lines.join('\n');
    expect(text).toContain(`http://localhost:${webPort}`);
    expect(text).toContain(env.OPERATOR_EMAIL);
    expect([...(await childrenOf(supervisor.pid)).keys()].sort()).toEqual([
      'broker',
      'payload',
      'web',
      'worker',
    ]);
  });

  it.each(['worker', 'broker', 'payload', 'web'])('starts %s again after kill -9', async (name) => {
    const before = (await childrenOf(supervisor.pid)).get(name) ?? 0;
    expect(before).toBeGreaterThan(0);
    process.kill(before, 'SIGKILL');
    await expect.poll(() => lines.join('\n'), { timeout: 30_000 }).toContain(`${name} is back`);
    expect((await childrenOf(supervisor.pid)).get(name)).not.toBe(before);
    await expect.poll(() => health().catch(() => 0), { timeout: 15_000 }).toBe(200);
  });

  it('refuses a second one on the same data', async () => {
    const second: string[] = [];
    const child = startChild({
      name: 'second',
      entry: 'lib/stack/main.ts',
      env,
      onLine: (line) => second.push(line),
    });
    expect((await child.exited).code).toBe(1);
    expect(second.join('\n')).toContain('already runs');
  });

  it('stops in seconds and in order on Ctrl-C, leaves nothing behind, and starts again in seconds', async () => {
    const children = [...(await childrenOf(supervisor.pid)).values()];
    const stopStartedAt = Date.now();
    supervisor.kill('SIGINT');
    expect(await supervisor.exited).toEqual({ code: 0, signal: null });
    expect(Date.now() - stopStartedAt).toBeLessThan(15_000);
    const stops = lines.flatMap((line) => /stopping (\w+)/.exec(line)?.[1] ?? []);
    expect(stops).toEqual(['web', 'worker', 'payload', 'broker', 'postgres']);
    for (const pid of children) expect(() => process.kill(pid, 0)).toThrow();

    const startedAt = Date.now();
    supervisor = start();
    await supervisor.ready;
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(await health()).toBe(200);
  });

  it('takes its Postgres over after a kill -9 of the supervisor itself', async () => {
    const children = [...(await childrenOf(supervisor.pid)).values()];
    supervisor.kill('SIGKILL');
    await supervisor.exited;
    for (const pid of children) {
      await expect.poll(() => isGone(pid), { timeout: 15_000 }).toBe(true);
    }
    supervisor = start();
    await supervisor.ready;
    expect(lines.join('\n')).toContain('left by an earlier run');
    expect(await health()).toBe(200);
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
