import type { BrowserContext, Page } from '@playwright/test';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { type ServiceContext, systemContext } from '#lib/services/context.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { makeVin } from './fixtures/fleet.ts';
import { type Link, openLink } from './fixtures/link.ts';
import { prepareCampaign } from './fixtures/played-campaign.ts';
import { expectTrueCounts, recount, shownCounts } from './fixtures/shown-counts.ts';

const cutMs = 30_000;
const back = { timeout: 20_000 };

let db: Database;
let ctx: ServiceContext;
let link: Link;
test.beforeAll(async () => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'cut-off test' });
  ctx = systemContext(db, 'e2e');
  link = await openLink(stackUnderTest.url);
});
test.afterAll(async () => {
  await link.close();
  await db.close();
});

/** Opens a page by way of the link and marks it, so that a reload would show. */
async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${link.url}${path}`);
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  await page.evaluate(() => Reflect.set(window, 'notReloaded', true));
  return page;
}

const figure = (page: Page, label: RegExp) => page.getByRole('main').getByRole('link', { name: label });
const inWords = (count: number) => new Intl.NumberFormat('en-US').format(count);

async function expectFleetFigures(overview: Page, fleet: Page, tag: string): Promise<void> {
  await expect(async () => {
    const [vehicles, online, tagged] = await Promise.all([
      db.prisma.vehicle.count({ where: { retiredAt: null } }),
      db.prisma.vehicleState.count({ where: { online: true } }),
      db.prisma.vehicle.count({ where: { retiredAt: null, tags: { has: tag } } }),
    ]);
    const limit = { timeout: 1_500 };
    await expect(figure(overview, /^Vehicles/)).toContainText(inWords(vehicles), limit);
    await expect(figure(overview, /^Online/)).toContainText(
      `${inWords(online)} of ${inWords(vehicles)}`,
      limit,
    );
    await expect(fleet.getByTestId('fleet-count')).toHaveText(`${inWords(tagged)} vehicles`, limit);
  }).toPass({ timeout: 20_000 });
}

const firstWave = 4;

test('cut off for half a minute while the fleet goes on: said at once, dimmed, caught up without a reload or a wrong number', async ({
  operatorPage,
}) => {
  test.setTimeout(240_000);
  const context = operatorPage.context();
  const tag = `cut-${Date.now()}`;
  const register = (number: number) =>
    registerVehicle(ctx, {
      vin: makeVin('CUT', (Date.now() % 1e8) * 10 + number),
      model: 'Cut',
      modelYear: 2025,
      region: 'Testland',
      timeZone: 'Europe/Vienna',
      tags: [tag],
    });
  for (const number of [0, 1]) await register(number);
  const { campaignId, vehicles, release } = await prepareCampaign(ctx, 'CTF', 8, {
    waves: [
      {
        name: 'First',
        // By count: a percentage of so few vehicles is anything between none and all of them.
        size: { kind: 'count', count: firstWave },
        gate: { minimumSample: 1, successThreshold: 0.1 },
      },
      { name: 'Rest', size: { kind: 'rest' } },
    ],
    errorThreshold: { rate: 1, minimumSample: 50 },
  });
  const monitor = await open(context, `/campaigns/${campaignId}`);
  await monitor.getByRole('button', { name: 'Start' }).click();
  await monitor.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await expect(monitor.getByTestId('standing')).toContainText('Running', { timeout: 20_000 });
  const overview = await open(context, '/');
  const fleet = await open(context, `/fleet?q=${encodeURIComponent(`tag = "${tag}"`)}`);
  const delivered = () => db.prisma.assignment.count({ where: { campaignId, state: 'delivered' } });
  // All of the first wave, so that nothing more comes of itself.
  await expect.poll(delivered, back).toBe(firstWave);
  await expectTrueCounts(monitor, db, campaignId);
  await expectFleetFigures(overview, fleet, tag);

  await context.setOffline(true);
  link.cut();
  const cutAt = Date.now();
  const before = await shownCounts(monitor);
  for (const page of [monitor, overview, fleet]) {
    const badge = page.locator('[data-freshness]');
    await expect(badge).toHaveText(/Disconnected since \d\d:\d\d:\d\d/);
    await expect(page.locator('[data-stale]').first()).toBeVisible();
  }
  await expect(fleet.locator('[data-stale]').getByTestId('fleet-count')).toBeVisible();

  const offeredOf = async () => {
    const rows = await db.prisma.assignment.findMany({
      where: { campaignId },
      select: { vin: true, state: true },
    });
    const ready = rows
      .filter(({ state }) => state === 'notified' || state === 'delivered')
      .map(({ vin }) => vin);
    return vehicles.filter(({ vin }) => ready.includes(vin));
  };
  const settle = async (ends: readonly ('confirmed' | 'failed' | 'declined' | 'installing')[]) => {
    await expect.poll(async () => (await offeredOf()).length, back).toBeGreaterThanOrEqual(ends.length);
    const offered = await offeredOf();
    for (const [index, end] of ends.entries()) {
      const vehicle = offered[index];
      if (!vehicle) throw new Error('no vehicle is offered the update');
      await vehicle.say(campaignId, 'received');
      if (end === 'declined') await vehicle.say(campaignId, 'declined', { code: 'owner_declined' });
      else {
        for (const phase of ['accepted', 'downloading', 'verified', 'installing'] as const)
          await vehicle.say(campaignId, phase);
        if (end === 'confirmed') await vehicle.report(release.version);
        if (end === 'failed')
          await vehicle.say(campaignId, 'failed', { code: 'flash_timeout', ecuId: release.type });
      }
    }
  };
  // The second wave begins in the dark, too.
  const isSecondWave = async () =>
    (await db.prisma.assignment.count({ where: { campaignId, wave: 1, NOT: { state: 'pending' } } })) > 0;
  await settle(['confirmed']);
  await expect.poll(isSecondWave, back).toBe(true);
  await settle(['failed', 'installing']);
  for (const number of [2, 3, 4]) await register(number);
  await expect.poll(() => Date.now() - cutAt, { timeout: cutMs + 10_000 }).toBeGreaterThan(cutMs);
  expect(await shownCounts(monitor)).toEqual(before);
  expect(await recount(db, campaignId)).not.toEqual(before);

  link.mend();
  await context.setOffline(false);
  for (const page of [monitor, overview, fleet])
    await expect(page.locator('[data-freshness="live"]')).toBeVisible(back);
  await expectTrueCounts(monitor, db, campaignId);
  await expect(monitor.locator('[data-stale]')).toHaveCount(0);
  await expectFleetFigures(overview, fleet, tag);
  await expect(monitor.getByTestId('event-stream')).toContainText('flash_timeout');
  // And it goes on living.
  await settle(['declined']);
  await expectTrueCounts(monitor, db, campaignId);
  for (const page of [monitor, overview, fleet]) {
    expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
    await page.close();
  }
  await Promise.all(vehicles.map((vehicle) => vehicle.leave()));
});

test('a connection that falls silent without an end is told from a live one, given up, and made anew', async ({
  operatorPage,
}) => {
  test.setTimeout(120_000);
  const page = await open(operatorPage.context(), '/');
  link.silence();
  const badge = page.locator('[data-freshness]');
  await expect(badge).toHaveText(/Behind by \d+ s/);
  await expect(page.locator('[data-stale]').first()).toBeVisible();
  await expect(badge).toHaveText(/Disconnected since \d\d:\d\d:\d\d/, { timeout: 30_000 });
  await registerVehicle(ctx, {
    vin: makeVin('SLN', Date.now() % 1e9),
    model: 'Silent',
    modelYear: 2025,
    region: 'Testland',
    timeZone: 'Europe/Vienna',
  });
  link.mend();
  await expect(page.locator('[data-freshness="live"]')).toBeVisible({ timeout: 30_000 });
  const count = await db.prisma.vehicle.count({ where: { retiredAt: null } });
  await expect(figure(page, /^Vehicles/)).toContainText(inWords(count));
  expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
  await page.close();
});
