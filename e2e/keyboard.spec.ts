import type { Page } from '@playwright/test';
import type { Database } from '#lib/db/client.ts';
import { openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { expectFocusKept, press, tabTo, write } from './fixtures/keyboard.ts';
import { newOperator, type TestOperator } from './fixtures/operators.ts';
import { playVehicles } from './fixtures/played-campaign.ts';

let db: Database;
test.beforeAll(() => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'keyboard test' });
});
test.afterAll(() => db.close());

test('without a mouse: sign in, a campaign from its draft to approval, start, pause, resume, retry of a cluster', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const [operator, approver] = [await newOperator('operator'), await newOperator('approver')];
  const { release, vehicles, vins, name } = await playVehicles(systemContext(db, 'e2e'), 'KBD', 3);
  const [first] = vehicles;
  if (!first) throw new Error('no vehicle');
  const newPage = async () => (await browser.newContext({ baseURL: stackUnderTest.url })).newPage();
  const page = await newPage();

  await signInByKeys(page, operator, '/campaigns');
  await press(page, page.getByRole('link', { name: 'New campaign' }).first(), 'Enter');
  await page.waitForURL('/campaigns/new');
  await expect(page.getByTestId('save-state')).toContainText('Nothing is kept');
  await expectFocusKept(page, 'after the wizard opened');
  await fillWizard(page, name, vins, `${release.type} ${release.version}`);
  await press(page, page.getByRole('button', { name: 'Submit for approval' }), 'Enter');
  await page.waitForURL(/\/campaigns\/(?!new$)[^/]+$/, { timeout: 20_000 });
  const standing = page.getByTestId('standing');
  await expect(standing).toContainText(/approval/i);
  await expectFocusKept(page, 'after the campaign was submitted');

  const theirs = await newPage();
  await signInByKeys(theirs, approver, '/approvals');
  await press(theirs, theirs.getByRole('link', { name: `Review ${name}` }), 'Enter');
  await expect(theirs.getByTestId('plan-sentence')).toBeVisible();
  await expectFocusKept(theirs, 'after the review opened');
  await write(theirs, theirs.getByLabel('Comment'), 'Tested on the bench.');
  await press(theirs, theirs.getByRole('button', { name: 'Approve', exact: true }), 'Enter');
  await expect(theirs.getByText('Your approval is recorded.')).toBeVisible();
  await expectFocusKept(theirs, 'after the approval');

  await press(page, page.getByRole('button', { name: 'Start' }), 'Enter');
  await expect(standing).toContainText('Running', { timeout: 20_000 });
  await expectFocusKept(page, 'after the start');
  await Promise.all(vehicles.map((vehicle) => vehicle.offered(idOf(page))));
  await press(page, page.getByRole('button', { name: 'Pause' }), 'Enter');
  await expect(standing).toContainText('Paused');
  await expectFocusKept(page, 'after the pause');
  await press(page, page.getByRole('button', { name: 'Resume' }), 'Enter');
  await expect(standing).toContainText('Running', { timeout: 20_000 });
  await expectFocusKept(page, 'after the resumption');

  const where = { campaignId: idOf(page), vin: first.vin };
  const state = async () => (await db.prisma.assignment.findFirstOrThrow({ where })).state;
  await expect.poll(state, { timeout: 20_000 }).toMatch(/notified|delivered/);
  for (const phase of ['received', 'accepted', 'downloading', 'verified', 'installing'] as const)
    await first.say(idOf(page), phase);
  await first.say(idOf(page), 'failed', { code: 'flash_timeout', ecuId: release.type });
  const clusters = page.getByRole('region', { name: 'Failures by reason, ECU and from-version' });
  await expect(clusters).toContainText('flash_timeout');
  await expectFocusKept(page, 'while events came in');

  const retry = clusters.getByRole('button', { name: 'Retry' });
  await press(page, retry, 'Enter');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toBeVisible();
  await expectFocusKept(page, 'in the dialog');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(retry).toBeFocused();
  await page.keyboard.press('Enter');
  await press(page, dialog.getByRole('button', { name: 'Make the campaign' }), 'Enter');
  await expect(page.getByText(/^retry of /)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: `Retry of ${name}` })).toBeVisible();
  await expectFocusKept(page, 'after the child campaign opened');

  await Promise.all(vehicles.map((vehicle) => vehicle.leave()));
  await page.context().close();
  await theirs.context().close();
});

test('the releases of the wizard are one stop for Tab; arrow keys walk them, and stay in their column', async ({
  operatorPage: page,
}) => {
  await page.goto('/campaigns/new?step=releases');
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  const rows = page.getByRole('region', { name: 'Releases to choose from' }).locator('[data-key]');
  const box = (row: number) => rows.nth(row).getByRole('checkbox');
  const version = (row: number) => rows.nth(row).getByRole('link').first();
  await tabTo(page, box(0));
  await page.keyboard.press('ArrowDown');
  await expect(box(1)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(version(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(version(2)).toBeFocused();
  await page.keyboard.press('End');
  await expect(version(-1)).toBeFocused();
  await expectFocusKept(page, 'on the last release');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+Tab');
  await expect(box(0)).toBeFocused();
  // The table's own frame, which scrolls, is a stop as well.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('searchbox', { name: 'Search releases' })).toBeFocused();
});

test('the palette, the help, menus and the way between pages give the focus back', async ({
  operatorPage: page,
}) => {
  await page.goto('/campaigns');
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  const account = page.getByRole('button', { name: /^Account of/ });
  await press(page, account, 'Enter');
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(account).toBeFocused();
  for (const key of ['?', 'ControlOrMeta+k']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectFocusKept(page, `in what ${key} opens`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expectFocusKept(page, `after what ${key} opens`);
  }
  await tabTo(page, page.getByRole('main').getByRole('link').first());
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1, name: 'Catalog' })).toBeVisible();
  await expectFocusKept(page, 'on the page that g c opens');
});

async function signInByKeys(page: Page, { email, password }: TestOperator, path: string): Promise<void> {
  await page.goto(path);
  await page.waitForURL(/\/sign-in/);
  await write(page, page.getByLabel('E-mail'), email);
  await write(page, page.getByLabel('Password'), password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === path);
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
}

/** Every step of the wizard by its own button; the steps between keep what they propose. */
async function fillWizard(page: Page, name: string, vins: string[], release: string): Promise<void> {
  const next = async (title: string) => {
    await press(page, page.getByRole('button', { name: `Next: ${title}` }), 'Enter');
    await expect(page.getByRole('heading', { level: 2, name: new RegExp(`\\d\\. ${title}`) })).toBeFocused();
    await expectFocusKept(page, `at the step ${title}`);
  };
  await write(page, page.getByLabel('Name', { exact: true }), name);
  // The first entry makes the draft, and its address with it.
  await page.waitForURL(/\/campaigns\/[^/]+\/edit/);
  const filter = `vin in (${vins.map((vin) => `"${vin}"`).join(', ')})`;
  await write(page, page.getByRole('textbox', { name: 'Target filter' }), filter);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('targeted-count')).toHaveText(String(vins.length));
  await next('Releases');
  await write(page, page.getByRole('searchbox', { name: 'Search releases' }), release);
  await press(page, page.getByRole('checkbox', { name: release, exact: true }), 'Space');
  await expect(page.getByTestId('eligible-count')).toHaveText(String(vins.length));
  for (const title of ['Waves', 'Windows', 'Thresholds', 'Approvals']) await next(title);
  await write(page, page.getByLabel('Approvals needed'), '1');
  await next('Review');
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await expect(page.getByRole('button', { name: 'Submit for approval' })).toBeEnabled();
}

function idOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}
