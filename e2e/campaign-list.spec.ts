import type { Page } from '@playwright/test';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { findRelease } from './fixtures/played-vehicle.ts';

let db: Database;
test.beforeAll(() => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'campaign list test' });
});
test.afterAll(() => db.close());

const LONG = 'Reichweitenoptimierung Hochvoltbatterie Nordeuropa und Alpenraum';

/** Campaigns with one word in their names, none of which reaches a vehicle; the first is the oldest. */
async function makeCampaigns(names: readonly string[], definition: Record<string, unknown> = {}) {
  const ctx = systemContext(db, 'test');
  const target = { kind: 'text', field: 'vin', operator: 'in', values: ['WVWZZZ1KZAW000000'] } as const;
  const ids: string[] = [];
  for (const name of names) {
    const { campaignId } = await createCampaign(ctx, { name, target, ...definition });
    ids.push(campaignId);
  }
  return ids;
}

const firstCells = (page: Page) =>
  page.getByRole('region', { name: 'Campaigns', exact: true }).locator('tbody tr[data-key]');
const namesShown = (page: Page) =>
  firstCells(page).getByRole('link').filter({ hasText: 'Sort' }).allTextContents();

test('order, filter and counts live in the URL, and CSV holds exactly what is shown', async ({
  operatorPage: page,
}) => {
  const mark = `Sort${Date.now() % 1e7}`;
  await makeCampaigns([`B ${mark} ${LONG}`, `A ${mark}`, `C ${mark}`]);
  await page.goto(`/campaigns?q=${mark}`);
  await expect(page.getByTestId('campaign-count')).toHaveText('3 campaigns');
  await expect.poll(() => namesShown(page)).toEqual([`C ${mark}`, `A ${mark}`, `B ${mark} ${LONG}`]);
  await page.getByRole('button', { name: 'Campaign', exact: true }).click();
  await expect(page).toHaveURL(/sort=name/);
  await expect.poll(() => namesShown(page)).toEqual([`A ${mark}`, `B ${mark} ${LONG}`, `C ${mark}`]);
  await page.getByRole('button', { name: 'Campaign', exact: true }).click();
  await expect.poll(() => namesShown(page)).toEqual([`C ${mark}`, `B ${mark} ${LONG}`, `A ${mark}`]);
  await page.reload();
  await expect.poll(() => namesShown(page)).toEqual([`C ${mark}`, `B ${mark} ${LONG}`, `A ${mark}`]);
  await expect(page.getByRole('columnheader', { name: 'Campaign', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );

  await expect(page.getByRole('button', { name: 'Draft 3' })).toBeVisible();
  await page.getByRole('button', { name: 'Running 0' }).click();
  await expect(page.getByText('No campaign fits')).toBeVisible();
  await page.getByRole('button', { name: 'Running 0' }).click();

  const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const csv = await (await page.request.get(`${stackUnderTest.url}${href}`)).text();
  const lines = csv.trim().split('\n');
  expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual([
    `C ${mark}`,
    `B ${mark} ${LONG}`,
    `A ${mark}`,
  ]);
  await makeCampaigns([`D ${mark}`]);
  await expect(page.getByTestId('campaign-count')).toHaveText('4 campaigns');
  await expect.poll(() => namesShown(page)).toContain(`D ${mark}`);
  await expectAccessible(page);
});

test('the whole list is paged to its end, however long', async ({ operatorPage: page }) => {
  const mark = `Pages${Date.now() % 1e7}`;
  await makeCampaigns(Array.from({ length: 130 }, (_, n) => `${mark} Sort ${String(n).padStart(3, '0')}`));
  await page.goto(`/campaigns?q=${mark}&sort=name&desc=false`);
  await expect(page.getByTestId('campaign-count')).toHaveText('130 campaigns');
  await firstCells(page).first().focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(page.getByRole('link', { name: `${mark} Sort 129` })).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('J and K walk the rows, Space chooses, and on a campaign they lead to the next of its list', async ({
  operatorPage: page,
}) => {
  const mark = `Walk${Date.now() % 1e7}`;
  await makeCampaigns([`1 Sort ${mark}`, `2 Sort ${mark}`, `3 Sort ${mark}`]);
  await page.goto(`/campaigns?q=${mark}&sort=name&desc=false`);
  await expect(firstCells(page)).toHaveCount(3);
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  // The first key may come before the table listens; a second one too many is taken back.
  await expect(async () => {
    const row = await page.evaluate(() => document.activeElement?.getAttribute('data-index') ?? null);
    if (row !== '0') await page.keyboard.press(row === null ? 'j' : 'k');
    await expect(firstCells(page).nth(0)).toBeFocused({ timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  await page.keyboard.press('j');
  await expect(firstCells(page).nth(1)).toBeFocused();
  await page.keyboard.press(' ');
  await expect(page.getByText('1 chosen')).toBeVisible();
  await page.keyboard.press('k');
  await expect(firstCells(page).nth(0)).toBeFocused();

  const [first] = await db.prisma.campaign.findMany({ where: { name: `1 Sort ${mark}` } });
  await page.goto(`/campaigns/${first?.id}?list=${encodeURIComponent(`q=${mark}&sort=name&desc=false`)}`);
  await expect(page.getByRole('button', { name: 'Next campaign (J)' })).toBeEnabled();
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`2 Sort ${mark}`);
  await expect(page.getByRole('button', { name: 'Next campaign (J)' })).toBeEnabled();
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`3 Sort ${mark}`);
  await expect(page.getByRole('button', { name: 'Previous campaign (K)' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Next campaign (J)' })).toBeDisabled();
  await page.keyboard.press('k');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`2 Sort ${mark}`);
  await page.getByRole('link', { name: 'List' }).click();
  await expect(firstCells(page)).toHaveCount(3);
});

test('several paused campaigns are resumed at once, each with the impact that was shown', async ({
  operatorPage: page,
}) => {
  const mark = `Bulk${Date.now() % 1e7}`;
  const ctx = systemContext(db, 'test');
  const release = await findRelease();
  const ids = await makeCampaigns([`1 Sort ${mark}`, `2 Sort ${mark}`], {
    releaseIds: [release.id],
    kind: 'continuous',
  });
  for (const campaignId of ids) {
    const { digest, reviewed } = await previewCampaign(ctx, { campaignId });
    await startCampaign(ctx, { campaignId, digest, reviewed });
    await pauseCampaign(ctx, { campaignId });
  }
  await page.goto(`/campaigns?q=${mark}`);
  await expect(page.getByRole('button', { name: 'Paused 2' })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Choose all campaigns shown' }).check();
  await page.getByRole('button', { name: 'Resume 2 …' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Eligible as of now');
  await expect(dialog).toContainText(`2 Sort ${mark}`);
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('Resumed: 2 campaigns.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Running 2' })).toBeVisible();
});

test('looking makes no draft; the first entry does, and it can be continued or discarded', async ({
  operatorPage: page,
}) => {
  const drafts = () => db.prisma.campaign.count({ where: { state: 'draft' } });
  const before = await drafts();
  await page.goto('/campaigns/new');
  await expect(page.getByTestId('save-state')).toContainText('Nothing is kept');
  await expect(page.getByTestId('targeted-count')).toBeVisible();
  await page.reload();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: /Waves/ }).click();
  await expect(page).toHaveURL(/step=waves/);
  expect(await drafts()).toBe(before);

  const name = `Draft Sort ${Date.now()}`;
  await page.goto('/campaigns/new');
  const input = page.getByLabel('Name', { exact: true });
  await input.fill(name);
  await expect(page).toHaveURL(/\/campaigns\/[^/]+\/edit/);
  await expect(input).toBeFocused();
  await input.press('End');
  await page.keyboard.type(' typed on');
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  expect(await drafts()).toBe(before + 1);
  await page.reload();
  await expect(input).toHaveValue(`${name} typed on`);

  await page.goto('/campaigns/new');
  await page.getByRole('link', { name: `${name} typed on` }).click();
  await expect(input).toHaveValue(`${name} typed on`);
  await page.goto('/campaigns/new');
  await expectAccessible(page);
  await page.getByRole('button', { name: `Discard the draft ${name} typed on` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.getByRole('link', { name: `${name} typed on` })).toHaveCount(0);
  await expect.poll(drafts).toBe(before);
});
