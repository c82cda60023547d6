import { randomBytes } from 'node:crypto';
import { constants, getPriority, setPriority } from 'node:os';
import { Readable } from 'node:stream';
import { signPayloadUrl } from '#lib/payload/signed-url.ts';
import { openArtifactStore } from '#lib/payload/store.ts';
import { startChild } from '../child.ts';
import { atLeast, type BenchEntry, resultOf } from '../entry.ts';
import { benchVin } from '../load/reports.ts';
import { prepareLoop } from '../loop-probe.ts';
import { startNginx } from '../nginx.ts';
import { alternate } from '../rounds.ts';
import { median, percentile } from '../statistics.ts';

const MB = 1024 * 1024;
const PARALLEL = 200;

export const payload: BenchEntry = {
  name: 'payload',
  describes: '200 parallel ranged downloads, and the control channel meanwhile',
  async *run(options) {
    const { quick, rounds, say, defer } = options;
    // Four times what the server keeps, so that the lanes, which never meet, read each piece from the file.
    const fileBytes = 256 * MB;
    const loop = await prepareLoop(options, {
      parts: ['payload', 'worker'],
      probes: quick ? 30 : 100,
      turns: 2 * rounds + 2,
    });
    const { config } = loop.backend.stack;
    const store = openArtifactStore(config);
    const stored = await store.put(Readable.from(chunks(fileBytes)));
    const url = signPayloadUrl({
      baseUrl: config.payload.url.replace('localhost', '127.0.0.1'),
      secret: config.secrets.payloadUrl,
      vin: benchVin(1),
      sha256: stored.sha256,
      expiresAt: new Date(Date.now() + 6 * 3_600_000),
    });
    const downloader = startChild(defer, 'lib/bench/load/downloader.ts');
    await downloader.wait('ready');
    const nginx =
      store.directory === undefined
        ? { missing: 'files are in S3' }
        : await startNginx(options, store.directory);
    const order = { kind: 'download', parallel: PARALLEL, rangeBytes: 2 * MB, fileBytes };
    const megabytes = (from: string) => async () => {
      const { bytes, seconds } = await downloader.ask<{ bytes: number; seconds: number }>(
        { ...order, url: from, requests: quick ? 400 : 1_000 },
        'downloaded',
      );
      return bytes / MB / seconds;
    };
    say('downloads');
    const figures = await alternate(
      {
        product: megabytes(url),
        ...('url' in nginx && { limit: megabytes(`${nginx.url}/${stored.storeKey}`) }),
      },
      { rounds },
    );
    yield resultOf(
      {
        name: 'payload/200 downloads',
        unit: 'MB/s',
        goal: '≥ 0.5 of nginx',
        note: 'missing' in nginx ? `no limit: ${nginx.missing}` : undefined,
      },
      figures,
      ({ ratioToLimit }) => atLeast(ratioToLimit, 0.5),
    );

    say('the loop, idle and under downloads');
    // In the field this is done in vehicles; here it takes no more of the cores than the server that it asks.
    setPriority(downloader.pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
    const p99 = async () => percentile(await loop.probe(), 0.99);
    const busy: number[] = [];
    const idle: number[] = [];
    await p99();
    for (let round = 0; round < rounds; round += 1) {
      idle.push(await p99());
      let stop = false;
      const downloads = (async () => {
        while (!stop) await megabytes(url)();
      })();
      busy.push(await p99());
      stop = true;
      await downloads;
    }
    const ratio = median(busy.map((value, round) => value / (idle[round] ?? Number.NaN)));
    yield {
      name: 'payload/loop meanwhile',
      unit: 'ms p99',
      value: median(busy),
      limit: median(idle),
      ratioToLimit: ratio,
      samples: rounds,
      goal: 'p99 ≤ 1.5 × idle',
      reached: ratio <= 1.5,
      note: 'all of it, the downloading process too, on the same cores',
    };
  },
};

function* chunks(bytes: number): Generator<Buffer> {
  for (let made = 0; made < bytes; made += MB) yield randomBytes(MB);
}
