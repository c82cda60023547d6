import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createMailServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { loadConfig } from '#lib/config.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { silentLog } from '#lib/log.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { createEngineCore } from './core.ts';
import { createAlertDeliverer } from './deliver-alerts.ts';
import { startEngine } from './engine.ts';
import { createPlanner } from './plan.ts';
import { createHarness, type EngineHarness, seedFleet, seedRelease, statesOf, vehicleOf } from './testing.ts';

const database = await createTestDatabase({ max: 12 });
const dataDir = await mkdtemp(join(tmpdir(), 'roadcast-engine-'));
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true });
});
let harness: EngineHarness;

beforeEach(async () => {
  await database.pool.query(
    `TRUNCATE vehicles, vehicle_states, ecus, campaigns, releases, artifacts, ecu_types, settings, timeline_events, signing_keys,
       assignment_counters, director_documents, announcements, jobs, join_queue, alert_channels, alert_deliveries CASCADE`,
  );
  harness = await createHarness(database, new Date().toISOString());
  await seedRelease(database, 'bms-2');
});

type Draft = Partial<Parameters<typeof createCampaign>[1]>;

async function start(draft: Draft = {}): Promise<string> {
  const { campaignId } = await createCampaign(harness.ctx, {
    name: 'BMS 2',
    releaseIds: ['bms-2'],
    ...draft,
  });
  const { digest, reviewed } = await previewCampaign(harness.ctx, { campaignId });
  await startCampaign(harness.ctx, { campaignId, digest, reviewed });
  return campaignId;
}

it('runs by itself: woken by services, one of two workers leads, and a stop is at once', async () => {
  await database.pool.query('TRUNCATE signing_keys');
  const vins = await seedFleet(harness, { count: 40 });
  const config = loadConfig({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    KEYRING_SECRET: 'k'.repeat(32),
    AUTH_SECRET: 'a'.repeat(32),
    PAYLOAD_URL_SECRET: 'p'.repeat(32),
  });
  const published: string[] = [];
  const engines = await Promise.all(
    [0, 1].map((slot) =>
      startEngine({
        db: database,
        config,
        log: silentLog(),
        slot,
        publish: async (topic) => {
          published.push(topic);
        },
      }),
    ),
  );
  try {
    await expect.poll(() => engines.filter((engine) => engine.details().leads).length).toBe(1);
    const ctx = { ...harness.ctx, now: () => new Date() };
    const { campaignId } = await createCampaign(ctx, {
      name: 'Live',
      releaseIds: ['bms-2'],
      rate: { maximumPerMinute: 600 },
    });
    const { digest, reviewed } = await previewCampaign(ctx, { campaignId });
    await startCampaign(ctx, { campaignId, digest, reviewed });
    await expect.poll(() => published.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(10);
    await stopAllOffers(ctx, { reason: 'halt' });
    const afterStop = await database.pool.query<{ at: Date }>(
      `SELECT max(at) AS at FROM timeline_events WHERE kind = 'notified' AND at > now() - interval '1 minute'`,
    );
    const stopped = published.length;
    expect(stopped).toBeLessThan(vins.length);
    // Long enough for a rate of ten a second to have shown itself.
    await expect
      .poll(
        async () => {
          const { rows } = await database.pool.query<{ past: boolean }>(
            `SELECT now() > $1::timestamptz + interval '3 seconds' AS past`,
            [afterStop.rows[0]?.at ?? new Date()],
          );
          return rows[0]?.past;
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBe(true);
    expect(published.length - stopped).toBeLessThanOrEqual(20);
    const seen = published.length;
    // What was published last may still be on its way into the rows.
    await expect
      .poll(() => statesOf(database, campaignId), { timeout: 10_000 })
      .toEqual({ notified: seen, pending: vins.length - seen });
    expect(new Set(published).size).toBe(published.length);
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
});

it('goes on with a plan that was cut off, and deals the same waves', async () => {
  await seedFleet(harness, { count: 300 });
  const waves = [
    { name: 'Ten', size: { kind: 'count', count: 10 } },
    { name: 'Rest', size: { kind: 'rest' } },
  ] as const;
  const campaignId = await start({ waves: [...waves] });
  // A first worker dies after its first chunk: what is committed is a cursor with its assignments and counters.
  await database.pool.query(`UPDATE campaigns SET plan_cursor = 'TESTVEH0000000099' WHERE id = $1`, [
    campaignId,
  ]);
  const dead = createPlanner(database.pool, 1);
  const [campaign] = await (await import('#lib/db/engine/campaigns.ts')).loadActiveCampaigns(database.pool);
  if (!campaign) throw new Error('no campaign');
  await dead.step(campaign, harness.clock.now());
  expect(await statesOf(database, campaignId)).toEqual({ pending: 200 });
  await database.pool.query(
    `UPDATE campaigns SET plan_cursor = NULL, plan_state = 'planning' WHERE id = $1`,
    [campaignId],
  );

  const core = createEngineCore(harness.deps);
  await core.lead(harness.clock.now);
  expect(await statesOf(database, campaignId)).toEqual({ pending: 300 });
  const { rows } = await database.pool.query(
    'SELECT wave, count(*)::int AS count FROM assignments WHERE campaign_id = $1 GROUP BY wave ORDER BY wave',
    [campaignId],
  );
  expect(rows).toEqual([
    { wave: 0, count: 10 },
    { wave: 1, count: 290 },
  ]);
  expect(await readCounters(database.pool, campaignId)).toEqual(await recount(database.pool, campaignId));
  expect(await database.prisma.job.findUnique({ where: { id: `plan:${campaignId}` } })).toMatchObject({
    state: 'done',
    total: 300n,
  });
});

it('sends fresh URLs to a vehicle whose own ran out, and takes no offer for it', async () => {
  const [vin = ''] = await seedFleet(harness, { count: 1 });
  const campaignId = await start();
  await harness.settle();
  const vehicle = vehicleOf(harness, vin);
  for (const phase of ['received', 'accepted', 'downloading'] as const) await vehicle.says(campaignId, phase);
  await vehicle.says(campaignId, 'requested', { code: 'urls_expired' });
  await harness.settle();
  expect(harness.controlled.filter(({ message }) => message.kind === 'urls')).toMatchObject([
    { vin, message: { campaignId } },
  ]);
  await harness.settle();
  expect(harness.controlled.filter(({ message }) => message.kind === 'urls')).toHaveLength(1);
  expect(harness.received).toHaveLength(1);
  expect(await statesOf(database, campaignId)).toEqual({ downloading: 1 });
});

it('delivers alerts to a webhook, signed, again after a failure, and logs what it did', async () => {
  const calls: { body: string; signature: string | string[] | undefined }[] = [];
  let answer = 503;
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({
        body: Buffer.concat(chunks).toString(),
        signature: request.headers['x-roadcast-signature'],
      });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const secret = 'a secret of the webhook';
  await database.prisma.alertChannel.create({
    data: {
      id: 'hook',
      name: 'hook',
      kind: 'webhook',
      target: `http://127.0.0.1:${port}/`,
      secret,
      events: ['offers_stopped'],
    },
  });
  await database.prisma.alertChannel.create({
    data: {
      id: 'other',
      name: 'other',
      kind: 'webhook',
      target: `http://127.0.0.1:${port}/`,
      events: ['campaign_finished'],
    },
  });
  await stopAllOffers(harness.ctx, { reason: 'halt' });
  const deliverer = createAlertDeliverer(
    database.pool,
    { smtp: undefined, webUrl: 'http://console.test' },
    silentLog(),
  );
  await deliverer.run(harness.clock.now());
  expect(await database.prisma.alertDelivery.findMany()).toMatchObject([
    { state: 'queued', attempts: 1, error: 'the webhook answered 503' },
  ]);
  expect(await deliverer.run(harness.clock.now())).toBe(0);
  answer = 204;
  harness.clock.advance(1);
  await deliverer.run(harness.clock.now());
  expect(await database.prisma.alertDelivery.findMany()).toMatchObject([
    { state: 'delivered', attempts: 2, error: null },
  ]);
  const last = calls.at(-1);
  expect(last?.signature).toBe(
    `sha256=${createHmac('sha256', secret)
      .update(last?.body ?? '')
      .digest('hex')}`,
  );
  expect(JSON.parse(last?.body ?? '{}')).toMatchObject({
    event: 'offers_stopped',
    text: 'All offers were stopped by Ada: halt',
  });
  deliverer.close();
  await new Promise((resolve) => server.close(resolve));
});

it('delivers alerts by e-mail, and says which variable is missing where it cannot', async () => {
  const mails: string[] = [];
  const server = createMailServer((socket) => {
    let mail: string | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 mail.test');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (mail === undefined) {
          if (/^DATA/i.test(line)) {
            mail = '';
            say('354 go on');
          } else say(/^QUIT/i.test(line) ? '221 bye' : '250 fine');
        } else if (line === '.') {
          mails.push(mail);
          mail = undefined;
          say('250 taken');
        } else mail += `${line}\n`;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await database.prisma.alertChannel.create({
    data: { id: 'mail', name: 'mail', kind: 'email', target: 'ops@example.test', events: ['offers_stopped'] },
  });
  await stopAllOffers(harness.ctx, { reason: 'halt' });
  const without = createAlertDeliverer(
    database.pool,
    { smtp: undefined, webUrl: 'http://console.test' },
    silentLog(),
  );
  await without.run(harness.clock.now());
  const [delivery] = await database.prisma.alertDelivery.findMany();
  expect(delivery?.error).toContain('SMTP_URL');
  harness.clock.advance(1);
  const smtp = { url: `smtp://127.0.0.1:${port}?ignoreTLS=true`, from: 'Roadcast <roadcast@example.test>' };
  const deliverer = createAlertDeliverer(database.pool, { smtp, webUrl: 'http://console.test' }, silentLog());
  await deliverer.run(harness.clock.now());
  expect(await database.prisma.alertDelivery.findMany()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  expect(mails[0]).toContain('Subject: [Roadcast] All offers were stopped');
  expect(mails[0]).toContain('To: ops@example.test');
  deliverer.close();
  await new Promise((resolve) => server.close(resolve));
});
