import { setTimeout as wait } from 'node:timers/promises';
import { LIVE_PATH } from '#lib/protocol/live-frames.ts';
import { LIVE_CHANNEL, type LiveHint } from '#lib/protocol/live-hint.ts';
import { startBackend } from '../backend.ts';
import { type BenchChild, startChild } from '../child.ts';
import { all, atLeast, type BenchEntry, type BenchOptions, type BenchResult, resultOf } from '../entry.ts';
import { benchVin } from '../load/reports.ts';
import { cpuMsOf, rssOf } from '../process-usage.ts';
import { alternate } from '../rounds.ts';
import { median } from '../statistics.ts';
import { until } from '../until.ts';
import { type SignedIn, startWeb } from '../web.ts';

const VIEWS = 20;
const EVERY_MS = 250;
const PAGES_BEFORE = 100;

type Counted = { changes: number; changeBytes: number; snapshots: number; open: number };

export const sockets: BenchEntry = {
  name: 'sockets',
  describes: 'changes delivered to open pages of one web process',
  async *run(options) {
    const backend = await startBackend(options, { broker: 'mosquitto', parts: [], vehicles: VIEWS });
    const web = await startWeb(backend);
    const pid = backend.stack.part('web').pid;
    const vins = Array.from({ length: VIEWS }, (_, index) => benchVin(index));
    // What the worker says of heartbeats.
    const hint: LiveHint = { subjects: ['seen'], vins: [], campaigns: [], seen: vins };
    const changing = setInterval(() => {
      void backend.db.pool
        .query('UPDATE vehicle_states SET last_seen_at = clock_timestamp() WHERE vin = ANY ($1)', [vins])
        .then(() => backend.db.pool.query('SELECT pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify(hint)]))
        .catch(() => undefined);
    }, EVERY_MS);
    options.defer(() => clearInterval(changing));
    for (const count of options.quick ? [50, 200] : [200, 1_000])
      yield* measure(options, web, pid, count, vins);
  },
};

async function* measure(
  options: BenchOptions,
  web: SignedIn,
  webPid: number,
  count: number,
  vins: readonly string[],
): AsyncGenerator<BenchResult> {
  const { quick, rounds, say, defer } = options;
  const seconds = quick ? 3 : 8;
  say(`${count} open pages, ${VIEWS} views each`);
  const views = vins.map((vin) => ({ name: 'vehicle', params: { vin } }));
  const address = { host: '127.0.0.1', path: LIVE_PATH, cookie: web.cookie, sockets: count, views };
  const pages = startChild(defer, 'lib/bench/load/sockets.ts');
  await pages.wait('ready');
  // What a process needs to render pages, as it does before each socket of a page, and to read these views at all is
  // no socket's share.
  for (let page = 0; page < PAGES_BEFORE; page += 1) await web.get(`/fleet/${vins[page % VIEWS]}`);
  const warm = startChild(defer, 'lib/bench/load/sockets.ts');
  await warm.wait('ready');
  await warm.ask({ kind: 'open', ...address, sockets: 2, port: Number(new URL(web.url).port) }, 'opened');
  await wait(quick ? 3_000 : 15_000);
  const before = rssOf(webPid);
  await pages.ask({ kind: 'open', ...address, port: Number(new URL(web.url).port) }, 'opened');
  await until(async () => (await counted(pages)).snapshots >= count * VIEWS, { what: 'the snapshots' });
  await wait(2_000);
  const opened = rssOf(webPid);

  const server = startChild(defer, 'lib/bench/load/socket-server.ts');
  const { port } = await server.wait<{ port: number }>('ready');
  const others = startChild(defer, 'lib/bench/load/sockets.ts');
  await others.wait('ready');
  await others.ask({ kind: 'open', ...address, port, views: [] }, 'opened');

  const delivered: number[] = [];
  let bytes = 200;
  /** Changes delivered per second of the server's CPU. */
  const perCpuSecond = async (from: BenchChild, pid: number, run: () => Promise<unknown>) => {
    const [start, cpu, at] = [await counted(from), cpuMsOf(pid), performance.now()];
    await run();
    const end = await counted(from);
    const changes = end.changes - start.changes;
    if (from === pages) {
      delivered.push((changes * 1000) / (performance.now() - at));
      bytes = Math.round((end.changeBytes - start.changeBytes) / Math.max(1, changes));
    }
    return (changes * 1000) / (cpuMsOf(pid) - cpu);
  };
  const against = (kind: 'limit' | 'rival') => () =>
    perCpuSecond(others, server.pid, () =>
      server.ask({ kind, views: VIEWS, bytes, everyMs: EVERY_MS, seconds }, 'ran'),
    );
  const product = () => perCpuSecond(pages, webPid, () => wait(seconds * 1000));
  await product();
  const figures = await alternate({ product, limit: against('limit'), rival: against('rival') }, { rounds });
  const perSocket = (opened - before) / count / 1000;
  const grown = (rssOf(webPid) - opened) / 1e6;
  const demand = count * VIEWS * (1000 / EVERY_MS);
  yield resultOf(
    {
      name: `sockets/${count} pages`,
      unit: 'changes per CPU second',
      goal: '≥ 0.6 of the limit; ≥ 5 × the rival; ≤ 100 kB a socket',
      note:
        `delivered ${Math.round(median(delivered))}/s of ${demand}/s that the paint limit of 4/s a view allows; ` +
        `${bytes} bytes a change; ${perSocket.toFixed(0)} kB a socket; ${grown.toFixed(0)} MB more at the end; ` +
        "the product's CPU includes reading and comparing the views",
    },
    figures,
    ({ ratioToLimit, ratioToRival }) =>
      all(atLeast(ratioToLimit, 0.6), atLeast(ratioToRival, 5), perSocket <= 100),
  );
  await Promise.all([pages.stop(), warm.stop(), others.stop(), server.stop()]);
}

function counted(pages: BenchChild): Promise<Counted> {
  return pages.ask<Counted>({ kind: 'count' }, 'counted');
}
