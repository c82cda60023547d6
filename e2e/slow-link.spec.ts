import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { type Link, openLink } from './fixtures/link.ts';
import { prepareCampaign } from './fixtures/played-campaign.ts';
import type { PlayedVehicle } from './fixtures/played-vehicle.ts';
import { expectTrueCounts } from './fixtures/shown-counts.ts';

const vehicleCount = 12;
const narrow = { latencyMs: 400, bytesPerSecond: 50_000 };
/** Less than what a busy monitor would like to send. */
const tooNarrow = 3_000;
const busyMs = 25_000;

let db: Database;
let link: Link;
test.beforeAll(async () => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'slow link test' });
  link = await openLink(stackUnderTest.url);
});
test.afterAll(async () => {
  await link.close();
  await db.close();
});

/** Value of one of the web process's metrics. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${stackUnderTest.url}/metrics`)).text();
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`there is no metric ${name}`);
  return Number(found);
}

test('over a link that is too slow the newest is shown, how far behind is said, and nothing piles up', async ({
  operatorPage: page,
}) => {
  test.setTimeout(240_000);
  const prepared = await prepareCampaign(systemContext(db, 'e2e'), 'SLW', vehicleCount);
  const { campaignId, vehicles } = prepared;
  await page.goto(`${link.url}/campaigns/${campaignId}`);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await Promise.all(vehicles.map((vehicle) => vehicle.offered(campaignId)));
  await expectTrueCounts(page, db, campaignId);
  await page.evaluate(() => Reflect.set(window, 'notReloaded', true));

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: narrow.latencyMs,
    downloadThroughput: narrow.bytesPerSecond,
    uploadThroughput: narrow.bytesPerSecond,
  });
  const skipped = await metric('roadcast_live_skipped_total');
  link.limit(tooNarrow);

  const busy = keepBusy(vehicles, campaignId);
  const badge = page.locator('[data-freshness]');
  await expect(badge).toHaveText(/Behind by \d+ s/, { timeout: busyMs });
  await expect(page.locator('[data-stale]').first()).toBeVisible();
  await expect
    .poll(() => metric('roadcast_live_skipped_total'), { timeout: busyMs })
    .toBeGreaterThan(skipped);
  await busy;
  // What was sent while it was busy and has not arrived is little: the newest state is there soon.
  await expectTrueCounts(page, db, campaignId);

  link.limit(Number.POSITIVE_INFINITY);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await expect(page.locator('[data-freshness="live"]')).toBeVisible({ timeout: 20_000 });
  expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
  await Promise.all(vehicles.map((vehicle) => vehicle.leave()));
});

/** Every vehicle tells of each percent of its download, so that the monitor changes with every paint. */
async function keepBusy(vehicles: readonly PlayedVehicle[], campaignId: string): Promise<void> {
  for (const phase of ['received', 'accepted'] as const)
    for (const vehicle of vehicles) await vehicle.say(campaignId, phase);
  for (let progress = 1; progress <= 100; progress++) {
    await Promise.all([
      pause(busyMs / 100),
      ...vehicles.map((vehicle) => vehicle.say(campaignId, 'downloading', { progress })),
    ]);
  }
  for (const vehicle of vehicles) await vehicle.say(campaignId, 'verified');
}
