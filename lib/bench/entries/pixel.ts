import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import { type BenchBackend, startBackend } from '../backend.ts';
import { openBrowser, openPage } from '../browser.ts';
import { makeRelease, planned, startBenchCampaign } from '../campaigns.ts';
import { all, type BenchEntry, resultOf } from '../entry.ts';
import { benchVin, ECU_IDS } from '../load/reports.ts';
import { openLoad, timed } from '../load.ts';
import type { RoundFigures } from '../rounds.ts';
import { percentile } from '../statistics.ts';
import { startWeb } from '../web.ts';
import { committed } from './ingest.ts';

const EVENTS_PER_SECOND = 2_000;
const POLL_MS = 1_000;

export const pixel: BenchEntry = {
  name: 'pixel',
  describes: 'a TCU publishes a status → the DOM of a real browser has changed',
  async *run(options) {
    const { quick, rounds, say, defer } = options;
    const probes = quick ? 10 : 30;
    const vehicles = 2_000;
    const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], vehicles });
    const { mqtt: login, stack } = backend;
    const { topics } = stack.config;
    const load = await openLoad(defer, { ...login, topic: topics.ecuDetails, vehicles });
    await timed(load, { perVehicle: 1, changed: 0 }, () => committed(backend, vehicles, 1));
    const web = await startWeb(backend);
    const vin = benchVin(vehicles + 1);
    const campaignId = await offerTo(backend, vin);
    const client = sendAtOnce(
      await mqtt.connectAsync(login.url, { username: login.username, password: login.password }),
    );
    defer(() => client.endAsync(true));
    const page = await openPage(await openBrowser(defer, web), web, `/fleet/${vin}`);

    let sequence = 10;
    const publish = () => {
      sequence += 1;
      const code = `probe-${sequence}.`;
      const status = {
        v: 1,
        vin,
        sequence,
        campaignId,
        attempt: 1,
        phase: 'downloading',
        progress: sequence % 100,
        code,
      };
      client.publish(vehicleTopic(topics, 'otaStatus', vin), JSON.stringify(status), { qos: 1 });
      return code;
    };
    const seen = async () => {
      const from = Date.now();
      const code = publish();
      const at = await page.evaluate(awaitText, code);
      return at - from;
    };
    const polled = async () => {
      await wait(Math.random() * POLL_MS);
      const from = Date.now();
      const code = publish();
      for (;;) {
        await wait(POLL_MS - ((Date.now() - from) % POLL_MS));
        if ((await web.read(`/fleet/${vin}`)).includes(code)) return Date.now() - from;
      }
    };
    const p50: RoundFigures = { product: [], limit: [], rival: [] };
    const p95: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      say(`round ${round + 1}`);
      const seconds = (probes * 400 + probes * 0.3 * 1_800) / 1000;
      const sending = timed(
        load,
        {
          perVehicle: Math.ceil((seconds * EVENTS_PER_SECOND) / vehicles),
          changed: 0.05,
          rate: EVENTS_PER_SECOND,
        },
        () => Promise.resolve(),
      );
      const samples: number[] = [];
      for (let probe = 0; probe < probes; probe += 1) {
        samples.push(await seen());
        await wait(100 + Math.random() * 100);
      }
      const polls: number[] = [];
      for (let probe = 0; probe < Math.ceil(probes * 0.3); probe += 1) polls.push(await polled());
      await sending;
      if (round < 0) continue;
      p50.product.push(percentile(samples, 0.5));
      p50.rival.push(percentile(polls, 0.5));
      p95.push(percentile(samples, 0.95));
    }
    const tail = percentile(p95, 0.5);
    yield resultOf(
      {
        name: 'pixel/status to DOM p50',
        unit: 'ms',
        goal: 'p50 ≤ 250 ms, p95 ≤ 400 ms',
        note: `p95 ${Math.round(tail)} ms, at ${EVENTS_PER_SECOND} reports/s of 5 % changed; browser and load on the same cores`,
      },
      p50,
      ({ value }) => all(value <= 250, tail <= 400),
    );
  },
};

/** A vehicle that was offered something, so that its statuses belong to an assignment. */
async function offerTo({ db }: BenchBackend, vin: string): Promise<string> {
  await db.pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone) VALUES ($1, 'Pixel', 2026, 'DE', 'Europe/Berlin')`,
    [vin],
  );
  await db.pool.query('INSERT INTO vehicle_states (vin, online) VALUES ($1, true)', [vin]);
  const id = await startBenchCampaign(db, {
    name: 'Pixel',
    releaseIds: [await makeRelease(db, ECU_IDS[1], '2.0.0')],
    target: { kind: 'text', field: 'vin', operator: '=', values: [vin] },
  });
  await planned(db, [id]);
  return id;
}

/** In the page: the instant at which the text is in the document. */
function awaitText(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const isThere = () => document.body.textContent.includes(text);
    if (isThere()) return resolve(Date.now());
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      resolve(Date.now());
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    setTimeout(() => reject(new Error(`"${text}" did not appear`)), 15_000);
  });
}
