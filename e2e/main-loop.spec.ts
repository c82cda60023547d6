import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { printFilter } from '#lib/domain/filter-text.ts';
import type { Behaviour } from '#lib/tcu/behaviour.ts';
import { expect, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';
import { makeVin } from './fixtures/fleet.ts';
import { openRoad, type Road } from './fixtures/road.ts';
import { hardwareVersion, type TestVehicle } from './fixtures/test-vehicle.ts';

const size = 50;
const special = ['has-it', 'refuses', 'fails', 'rolls-back', 'late'] as const;
type Special = (typeof special)[number];

/** Vehicles write only when the test has seen them installing. */
const gate = Promise.withResolvers<void>();
const writing: Partial<Behaviour> = {
  async write() {
    await gate.promise;
    return { ok: true };
  },
};
const behaviours: Record<Special, Partial<Behaviour>> = {
  'has-it': {},
  refuses: { answer: () => ({ kind: 'decline', code: 'owner_declined' }) },
  fails: { write: async () => ({ ok: false, code: 'flash_timeout', damaged: false }) },
  'rolls-back': { activate: async () => ({ ok: false, code: 'self_test_failed', damaged: true }) },
  late: writing,
};
const odd = 'A\0\u0001B 🚗 "x" \\ 1.0';
const oddEscaped = 'A\\x00\\x01B 🚗 "x" \\\\ 1.0';

let road: Road;
test.beforeAll(async () => {
  road = await openRoad();
});
test.afterAll(() => road?.close());

async function newRelease(page: Page): Promise<string> {
  const ecuType = await newEcuType(page, 'lineage');
  await page.getByRole('button', { name: 'Declare baselines' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Versions').fill(`1.0.0\n${oddEscaped}`);
  await dialog.getByRole('button', { name: 'Declare 2' }).click();
  await expect(dialog).toHaveCount(0);
  await draftRelease(page, { ecuType, version: '2.0.0', hardware: hardwareVersion });
  await uploadFile(page, 'image.bin', randomBytes(300_000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();
  return ecuType;
}

/** The wizard, from the empty draft to the started campaign; leaves the monitor open. */
async function startCampaign(page: Page, name: string, filter: string, release: string): Promise<string> {
  await page.goto('/campaigns/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.waitForURL(/\/campaigns\/[^/]+\/edit/);
  const text = page.getByRole('textbox', { name: 'Target filter' });
  await text.fill(filter);
  await text.press('Enter');
  const step = (title: string) =>
    page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: new RegExp(title) });
  await step('Releases').click();
  await page.getByRole('checkbox', { name: release }).check();
  await step('Thresholds').click();
  await page.getByLabel('Pause when more than, % of finished fail').fill('50');
  await expect(page.getByTestId('targeted-count')).toHaveText(String(size));
  await expect(page.getByTestId('eligible-count')).toHaveText(String(size - 1));
  await step('Review').click();
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await page.getByRole('button', { name: 'Start campaign' }).click();
  const dialog = page.getByRole('alertdialog');
  const monitor = page.getByTestId('standing');
  await expect(dialog.or(monitor)).toBeVisible({ timeout: 20_000 });
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Start campaign' }).click();
  await page.waitForURL(/\/campaigns\/[^/]+$/);
  return page.url().split('/').at(-1) ?? '';
}

const watched = (page: Page) => page.evaluate(() => Reflect.get(window, 'notReloaded'));

test('a release, a campaign on 50 vehicles, every vehicle to its end, without a reload', async ({
  operatorPage: page,
  context,
}) => {
  test.setTimeout(420_000);
  const ecuType = await newRelease(page);
  const stamp = Date.now() % 1e8;
  const tag = `loop-${stamp}`;
  const vehicles: TestVehicle[] = [];
  for (let index = 0; index < size; index++) {
    const version = special[index] === 'has-it' ? '2.0.0' : index === size - 1 ? odd : '1.0.0';
    vehicles.push(await road.register(makeVin('LAP', stamp * 100 + index), { [ecuType]: version }, [tag]));
  }
  const vinOf = (who: Special) => vehicles[special.indexOf(who)]?.vin ?? '';
  for (const [index, vehicle] of vehicles.entries()) {
    const who = special[index];
    road.drive(vehicle, who ? behaviours[who] : writing);
  }
  const reported = () => road.db.prisma.ecu.count({ where: { type: ecuType } });
  await expect.poll(reported, { timeout: 30_000 }).toBe(size);
  const late = vehicles[special.indexOf('late')];
  if (!late) throw new Error('no vehicle comes late');
  await road.park(late);
  const isOnline = async () =>
    (await road.db.prisma.vehicleState.findUniqueOrThrow({ where: { vin: late.vin } })).online;
  await expect.poll(isOnline).toBe(false);

  const lastVehicle = vehicles.at(-1)?.vin ?? '';
  const vehiclePage = await context.newPage();
  await vehiclePage.goto(`/fleet/${lastVehicle}`);
  const installed = vehiclePage.getByRole('region', { name: /^ECUs/ }).getByRole('row').nth(1);
  await expect(installed).toContainText(oddEscaped);
  // The odd version leads back to the vehicle through a filter.
  const filtered = await context.newPage();
  const software = { operator: '=', value: oddEscaped } as const;
  const filter = printFilter({ kind: 'ecu', ecuType, software });
  await filtered.goto(`/fleet?q=${encodeURIComponent(filter)}`);
  await expect(filtered.getByRole('link', { name: lastVehicle })).toBeVisible();
  await expect(filtered.getByRole('link', { name: vinOf('refuses') })).toHaveCount(0);
  await filtered.close();
  await vehiclePage.evaluate(() => Reflect.set(window, 'notReloaded', true));

  const id = await startCampaign(page, `Main loop ${stamp}`, `tag = "${tag}"`, `${ecuType} 2.0.0`);
  await page.evaluate(() => Reflect.set(window, 'notReloaded', true));
  await expect(page.getByTestId('standing')).toContainText('Running', { timeout: 20_000 });
  await page.mouse.move(0, 0);
  const regular = size - special.length;
  const waves = page.getByRole('region', { name: 'Waves' });
  await expect(waves).toContainText(new RegExp(`Installing\\s*${regular}`), { timeout: 30_000 });
  await expect(page.getByTestId('event-stream')).toContainText('Installing');
  const timeline = vehiclePage.getByTestId('timeline');
  // The receipt comes by another way than the vehicle's answer, and may be the later one.
  for (const step of [
    'Notified, accepted by the broker',
    /Delivered to the vehicle|Delivery receipt/,
    'Offer received',
  ])
    await expect(timeline.getByRole('listitem').filter({ hasText: step })).toContainText(/\d m?s/);
  await expect(installed).toContainText(oddEscaped);
  gate.resolve();
  await expect(installed).toContainText('2.0.0', { timeout: 60_000 });
  await expect(vehiclePage.getByTestId('assignment-state')).toContainText('Confirmed');

  await page.getByLabel('State', { exact: true }).selectOption({ label: 'Confirmed' });
  const count = page.getByTestId('assignment-count');
  await expect(count).toHaveText(`${regular} vehicles`, { timeout: 60_000 });
  await expect(page.getByTestId('standing')).toContainText('Running');
  await expect(page.getByRole('region', { name: /^Failures by reason/ })).toContainText('flash_timeout');

  const watching = await context.newPage();
  const fate = async (who: Special) => {
    await watching.goto(`/fleet/${vinOf(who)}`);
    return watching.getByTestId('assignment-state');
  };
  await expect(await fate('has-it')).toContainText('Already installed');
  await expect(await fate('refuses')).toContainText('Declined');
  await expect(await fate('fails')).toContainText('Failed');
  await expect(await fate('rolls-back')).toContainText('Rolled back');
  await expect(await fate('late')).toContainText('Pending');

  road.drive(late, behaviours.late);
  await expect(watching.getByTestId('assignment-state')).toContainText('Confirmed', { timeout: 60_000 });
  await expect(count).toHaveText(`${regular + 1} vehicles`, { timeout: 30_000 });
  await expect(page.getByTestId('standing')).toContainText('Completed', { timeout: 30_000 });
  await expect(page.getByTestId('standing')).toContainText(`${size - 3} of`);
  expect(await watched(page)).toBe(true);
  expect(await watched(vehiclePage)).toBe(true);
  expect(page.url()).toContain(id);
});
