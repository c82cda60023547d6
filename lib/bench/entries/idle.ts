import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { startChild } from '#lib/stack/child.ts';
import { startBackend } from '../backend.ts';
import type { BenchEntry, BenchResult } from '../entry.ts';
import { familyCpuMsOf, familyOf, pssOf } from '../process-usage.ts';
import { until } from '../until.ts';
import { startWeb } from '../web.ts';

const MB = 1024 * 1024;

export const idle: BenchEntry = {
  name: 'idle',
  describes: 'CPU and proportional memory with 1,000 connected vehicles',
  async *run(options) {
    const { quick, say } = options;
    const vehicles = quick ? 200 : 1_000;
    const seconds = quick ? 20 : 120;
    const backend = await startBackend(options, {
      broker: 'embedded',
      parts: ['broker', 'payload', 'worker'],
      vehicles: 0,
    });
    const { db, stack, databaseUrl } = backend;
    await startWeb(backend);
    say(`${vehicles} vehicles connect`);
    const seed = startChild({
      name: 'seed',
      entry: 'prisma/seed.ts',
      args: ['--vehicles', String(vehicles), '--exact'],
      env: { ...stack.env, DATABASE_URL: databaseUrl },
      onLine: () => undefined,
    });
    seed.ready.catch(() => undefined);
    if ((await seed.exited).code !== 0) throw new Error('the fleet could not be seeded');
    await stack.start('fleet', {
      args: ['--demo', '--offline-rate', '0', '--heartbeat-every', '60'],
      env: { FLEET_VEHICLES: String(vehicles) },
    });
    await until(
      async () => {
        const { rows } = await db.pool.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM vehicle_states WHERE online AND last_report_at IS NOT NULL',
        );
        return (rows[0]?.count ?? 0) >= vehicles;
      },
      { what: 'all vehicles to be online', everyMs: 500, timeoutMs: 300_000 },
    );
    await wait(quick ? 5_000 : 30_000);

    const pids = new Map<string, number>([
      ...(['web', 'worker', 'broker', 'payload'] as const).map((name): [string, number] => [
        name,
        stack.part(name).pid,
      ]),
      ['postgres', await postmasterOf(backend)],
    ]);
    say(`${seconds} s of nothing but heartbeats`);
    const before = new Map([...pids.values()].map((pid) => [pid, familyCpuMsOf(pid)]));
    await wait(seconds * 1000);
    const shares: string[] = [];
    let cpu = 0;
    let memory = 0;
    for (const [name, pid] of pids) {
      const used = familyCpuMsOf(pid) - (before.get(pid) ?? 0);
      const pss = familyOf(pid).reduce((sum, member) => sum + (alive(() => pssOf(member)) ?? 0), 0);
      const percent = used / (seconds * 10);
      cpu += percent;
      memory += pss / MB;
      shares.push(`${name} ${percent.toFixed(1)} % ${Math.round(pss / MB)} MB`);
    }
    const note = `${vehicles} vehicles with a heartbeat a minute: ${shares.join(', ')}`;
    yield figure('idle/cpu', cpu, '% of a core', '≤ 5 % of a core', cpu <= 5, note);
    yield figure('idle/memory', memory, 'MB PSS', '≤ 900 MB', memory <= 900);
  },
};

function figure(
  name: string,
  value: number,
  unit: string,
  goal: string,
  reached: boolean,
  note?: string,
): BenchResult {
  return { name, value, unit, goal, reached, samples: 1, ...(note !== undefined && { note }) };
}

async function postmasterOf({
  db,
}: {
  db: { pool: { query<T extends object>(sql: string): Promise<{ rows: T[] }> } };
}): Promise<number> {
  const { rows } = await db.pool.query<{ path: string }>(`SELECT current_setting('data_directory') AS path`);
  const text = await readFile(`${rows[0]?.path}/postmaster.pid`, 'utf8');
  return Number(text.split('\n', 1)[0]);
}

/** A backend of Postgres may end between two looks. */
function alive(look: () => number): number | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
