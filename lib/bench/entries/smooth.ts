import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';
import { type BenchBackend, startBackend } from '../backend.ts';
import { openBrowser, openPage } from '../browser.ts';
import { makeRelease, planned, startBenchCampaign } from '../campaigns.ts';
import { startChild } from '../child.ts';
import type { BenchEntry, BenchOptions, BenchResult } from '../entry.ts';
import { ECU_IDS } from '../load/reports.ts';
import { openLoad, timed } from '../load.ts';
import { type Felt, heapOf, interactionToNextPaint, takeFelt, watchPage } from '../smoothness.ts';
import { until } from '../until.ts';
import { startWeb } from '../web.ts';
import { committed } from './ingest.ts';

const VEHICLES = 2_000;
const EVENTS_PER_SECOND = 10_000;
/** Statuses on their way: enough for every batch, few enough that what is shown is of now. */
const UNDER_WAY = 4_000;
const MINUTES = 10;
const FIRST_HEAP_MINUTE = 2;

export const smooth: BenchEntry = {
  name: 'smooth',
  describes: 'a monitor and the fleet page in a real browser while statuses pour in',
  async *run(options) {
    const { quick, say, defer } = options;
    const minuteMs = quick ? 12_000 : 60_000;
    const backend = await startBackend(options, {
      broker: 'mosquitto',
      parts: ['worker'],
      vehicles: VEHICLES,
    });
    const campaignId = await runningCampaign(options, backend);
    const web = await startWeb(backend);
    const pages: Page[] = [];
    const devtools: CDPSession[] = [];
    // A browser each: a page behind another one waits a second for its next paint.
    for (const path of [`/campaigns/${campaignId}`, '/fleet']) {
      const context = await openBrowser(defer, web);
      await context.addInitScript(watchPage);
      const page = await openPage(context, web, path);
      pages.push(page);
      devtools.push(await context.newCDPSession(page));
    }
    const flow = await startFlow(options, backend, campaignId);
    const heaps: number[][] = [];
    const felt: Felt[] = [];
    let paints = 0;
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const endsAt = Date.now() + minuteMs;
      await Promise.all(pages.map(takeFelt));
      await wait(minuteMs / 3);
      const alone = await Promise.all(pages.map(takeFelt));
      paints = Math.max(paints, ...alone.map((page) => (page.paints * 3_000) / minuteMs));
      while (Date.now() < endsAt) for (const page of pages) await use(page);
      felt.push(...(await Promise.all(pages.map(takeFelt))));
      if (minute === FIRST_HEAP_MINUTE || minute === MINUTES)
        heaps.push(await Promise.all(devtools.map(heapOf)));
      say(`minute ${minute}: ${Math.round(flow.rate())} events/s, INP ${interactionToNextPaint(felt)} ms`);
    }
    yield* resultsOf({ rate: flow.rate(), inp: interactionToNextPaint(felt), felt, paints, heaps, minuteMs });
  },
};

type Figures = {
  rate: number;
  inp: number;
  felt: readonly Felt[];
  paints: number;
  heaps: readonly number[][];
  minuteMs: number;
};

function* resultsOf({ rate, inp, felt, paints, heaps, minuteMs }: Figures): Generator<BenchResult> {
  const interactions = felt.reduce((sum, one) => sum + one.interactions, 0);
  const seconds = minuteMs / 1_000;
  const short = seconds < 60 ? `; a minute lasts ${seconds} s in this run` : '';
  yield {
    name: 'smooth/INP',
    value: inp,
    unit: 'ms, 98th percentile',
    samples: interactions,
    goal: '≤ 200 ms at 10,000 events/s',
    reached: inp <= 200,
    note: `${Math.round(rate)} events/s were committed, asked for were ${EVENTS_PER_SECOND}; browser, load and backend on the same cores${short}`,
  };
  yield {
    name: 'smooth/paints',
    value: paints,
    unit: 'a second',
    samples: MINUTES,
    goal: '≤ 4 by live changes',
    // A third of a minute may cut through one more.
    reached: paints <= 4 + 3 / seconds,
    note: `the most of any minute and page${short}`,
  };
  const [first = [], last = []] = heaps;
  const growth = Math.max(...last.map((bytes, page) => bytes / (first[page] ?? Number.NaN)));
  const megabytes = (list: readonly number[]) => list.map((bytes) => (bytes / 1e6).toFixed(1)).join(' and ');
  yield {
    name: 'smooth/heap',
    value: growth,
    unit: `of minute ${FIRST_HEAP_MINUTE} at minute ${MINUTES}`,
    samples: last.length,
    goal: '≤ 1.1',
    reached: growth <= 1.1,
    note: `${megabytes(first)} MB, then ${megabytes(last)} MB (monitor and fleet)${short}`,
  };
}

/** A campaign that offers something to every vehicle. */
export async function runningCampaign({ defer }: BenchOptions, backend: BenchBackend): Promise<string> {
  const { topics } = backend.stack.config;
  const load = await openLoad(defer, { ...backend.mqtt, topic: topics.ecuDetails, vehicles: VEHICLES });
  await timed(load, { perVehicle: 1, changed: 0 }, () => committed(backend, VEHICLES, 1));
  await load.stop();
  const id = await startBenchCampaign(backend.db, {
    name: 'Smooth',
    releaseIds: [await makeRelease(backend.db, ECU_IDS[1], '2.0.0')],
    target: { kind: 'all' },
  });
  await planned(backend.db, [id]);
  return id;
}

/** Statuses as fast as asked for, or as fast as the backend commits them. */
export async function startFlow(
  { defer }: BenchOptions,
  { db, mqtt, stack }: BenchBackend,
  campaignId: string,
) {
  const child = startChild(defer, 'lib/bench/load/statuses.ts');
  const topic = stack.config.topics.otaStatus;
  const from = { ...mqtt, topic, campaignId, vehicles: VEHICLES, firstSequence: 2 };
  await child.ask({ kind: 'setup', ...from }, 'ready');
  const startedAt = performance.now();
  let sent = 0;
  let done = 0;
  const give = async () => {
    const { rows } = await db.pool.query<{ done: number }>(
      'SELECT sum(status_count)::int AS done FROM vehicle_states',
    );
    done = rows[0]?.done ?? done;
    const due = Math.floor(((performance.now() - startedAt) * EVENTS_PER_SECOND) / 1_000);
    const count = Math.min(due, done + UNDER_WAY) - sent;
    if (count <= 0) return;
    sent += count;
    child.send({ kind: 'send', count });
  };
  const timer = setInterval(() => void give().catch(() => undefined), 50);
  defer(() => clearInterval(timer));
  await until(() => Promise.resolve(done > 0), { what: 'the first statuses to be committed' });
  return { rate: () => (done * 1_000) / (performance.now() - startedAt) };
}

/** What somebody does who looks at a page: keys that move through the table, a click that changes nothing. */
export async function use(page: Page): Promise<void> {
  for (const key of ['j', 'j', 'k']) {
    await page.keyboard.press(key);
    await wait(60);
  }
  await page.getByRole('heading', { level: 1 }).first().click();
  await wait(60);
}
