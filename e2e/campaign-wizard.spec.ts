import { randomBytes } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';
import { importVehicles, makeVin } from './fixtures/fleet.ts';
import { newOperator } from './fixtures/operators.ts';

const steps = (page: Page) => page.getByRole('navigation', { name: 'Steps' });
const openStep = (page: Page, name: string) =>
  steps(page)
    .getByRole('button', { name: new RegExp(name) })
    .click();

/** A released release of an ECU type that no vehicle has. */
async function newRelease(page: Page): Promise<string> {
  const ecuType = await newEcuType(page, 'semver');
  await draftRelease(page, { ecuType, version: '1.0.0', hardware: 'H' });
  await uploadFile(page, 'image.bin', randomBytes(2_000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();
  return ecuType;
}

/** A draft with name, target and release; the wizard is left open at its first step. */
async function newDraft(page: Page, name: string, filter: string, release: RegExp | string): Promise<string> {
  await page.goto('/campaigns/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.waitForURL(/\/campaigns\/[^/]+\/edit/);
  const text = page.getByRole('textbox', { name: 'Target filter' });
  await text.fill(filter);
  await text.press('Enter');
  await openStep(page, 'Releases');
  await page.getByRole('checkbox', { name: release }).first().check();
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  return /campaigns\/([^/]+)\/edit/.exec(page.url())?.[1] ?? '';
}

test('from an empty draft to a running campaign: saved by itself, counted, planned, started', async ({
  operatorPage: page,
}) => {
  const name = `Wizard ${Date.now()}`;
  await newDraft(page, name, 'model = "Aurora" or model = "Borealis" or online or offline', /^BMS /);
  const rail = page.getByRole('complementary', { name: 'What it would do' });
  await expect(rail.getByTestId('targeted-count')).not.toHaveText('0');
  await expect(rail.getByRole('region', { name: 'Eligibility' })).toContainText('Eligible');
  await expect(rail.getByRole('region', { name: 'Dry run' })).toContainText('Earliest finish');

  await openStep(page, 'Waves');
  await page.getByRole('button', { name: 'Canary, then the rest' }).click();
  await expect(rail.getByRole('region', { name: 'Dry run' }).getByRole('listitem')).toHaveCount(2);
  await openStep(page, 'Windows');
  await page.getByRole('button', { name: 'Add a window' }).click();
  await page.getByLabel('Length, minutes').fill('5');
  await expect(page.getByText('From 15 to 1,440.')).toBeVisible();
  await page.getByLabel('Length, minutes').fill('1440');
  await openStep(page, 'Thresholds');
  await page.getByLabel('Pause when more than, % of finished fail').fill('12.5');
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');

  await page.reload();
  await expect(page.getByLabel('Pause when more than, % of finished fail')).toHaveValue('12.5');
  await openStep(page, 'Waves');
  await expect(page.getByRole('region', { name: 'Wave 2' })).toBeVisible();

  await openStep(page, 'Review');
  await expect(page.getByTestId('plan-sentence')).toContainText('in 2 waves (1 %, the rest)');
  await expect(page.getByTestId('plan-sentence')).toContainText('00–');
  await start(page);
  await expect(page).toHaveURL(/\/campaigns\/[^/]+$/);
  await page.goto(`/campaigns?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Running');
});

/** Says yes to the dialog that asks in proportion to the impact, where it comes. */
async function confirmIfAsked(page: Page, action: string): Promise<void> {
  const dialog = page.getByRole('alertdialog');
  const busy = page.getByRole('button', { name: 'Requested …' });
  const isAnswered = async () =>
    (await dialog.isVisible()) || (await busy.isVisible()) || !page.url().includes('/edit');
  await expect.poll(isAnswered).toBe(true);
  if (await dialog.isVisible()) await dialog.getByRole('button', { name: action }).click();
}

/** Starts from the review, through the dialog where as many vehicles ask for one. */
async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start campaign' }).click();
  await confirmIfAsked(page, 'Start campaign');
  await page.waitForURL(/\/campaigns\/[^/]+$/, { timeout: 20_000 });
}

test('a reason in the funnel opens the vehicles that it leaves out', async ({ operatorPage: page }) => {
  const ecuType = await newRelease(page);
  const tag = `funnel-${Date.now()}`;
  const seed = Date.now() % 1e9;
  const vins = [0, 1, 2].map((n) => makeVin('FNL', seed + n));
  await importVehicles(
    page,
    vins.map((vin) => ({ vin, model: 'Aurora', tags: tag })),
  );
  await newDraft(page, `Funnel ${tag}`, `tag = "${tag}"`, `${ecuType} 1.0.0`);
  const rail = page.getByRole('complementary', { name: 'What it would do' });
  await expect(rail.getByTestId('targeted-count')).toHaveText('3');
  await expect(rail.getByTestId('eligible-count')).toHaveText('0');
  await rail.getByRole('button', { name: 'Never reported: show 3 vehicles' }).click();
  const dialog = page.getByRole('dialog');
  for (const vin of vins) await expect(dialog.getByRole('link', { name: vin })).toBeVisible();
  await expect(dialog.getByText('The vehicle has never reported its ECUs.').first()).toBeVisible();
});

test('drift: what changed since the review is said, and it must be confirmed again', async ({
  operatorPage: page,
}) => {
  const ecuType = await newRelease(page);
  const tag = `drift-${Date.now()}`;
  const seed = Date.now() % 1e9;
  await importVehicles(page, [{ vin: makeVin('DRA', seed), model: 'Aurora', tags: tag }]);
  await newDraft(page, `Drift ${tag}`, `tag = "${tag}"`, `${ecuType} 1.0.0`);
  await openStep(page, 'Review');
  await expect(page.getByRole('button', { name: 'Start campaign' })).toBeEnabled();
  const release = await page
    .getByRole('main')
    .getByRole('link', { name: new RegExp(ecuType) })
    .first()
    .getAttribute('href');
  const other = await page.context().newPage();
  await other.goto(release ?? '');
  await other.getByRole('button', { name: 'Withdraw' }).click();
  await other.getByRole('dialog').getByLabel('Reason').fill('Wrong file');
  await other.getByRole('dialog').getByRole('button', { name: 'Withdraw', exact: true }).click();
  await expect(other.getByText('It is withdrawn.')).toBeVisible();
  await page.getByRole('button', { name: 'Start campaign' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /withdrawn|changed since/ })).toBeVisible();
  await expect(page).toHaveURL(/edit/);
});

test('two people edit one draft: neither overwrites the other unseen', async ({
  operatorPage: page,
  browser,
}) => {
  const id = await newDraft(page, `Twice ${Date.now()}`, 'online', /^BMS /);
  const other = await signedIn(browser);
  await other.goto(`/campaigns/${id}/edit`);
  await other.getByLabel('Description (optional)').fill('from the other tab');
  await expect(other.getByTestId('save-state')).toContainText('Draft saved');
  await expect(page.getByText('Someone else has changed this campaign.')).toBeVisible();
  await openStep(page, 'Target');
  await page.getByLabel('Description (optional)').fill('from this tab');
  await expect(page.getByRole('alert').filter({ hasText: 'Someone else changed' })).toBeVisible();
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await other.reload();
  await expect(other.getByLabel('Description (optional)')).toHaveValue('from this tab');
  await other.context().close();
});

test('what is typed while the network is away is saved when it is back', async ({
  operatorPage: page,
  context,
}) => {
  await newDraft(page, `Offline ${Date.now()}`, 'online', /^BMS /);
  await openStep(page, 'Target');
  await context.setOffline(true);
  await page.getByLabel('Description (optional)').fill('typed without a network');
  await expect(page.getByTestId('save-state')).toContainText('Not saved');
  await context.setOffline(false);
  await expect(page.getByTestId('save-state')).toContainText('Draft saved', { timeout: 15_000 });
  await page.reload();
  await expect(page.getByLabel('Description (optional)')).toHaveValue('typed without a network');
});

test('approval: not by the author, with a comment, bound to what is on the screen', async ({
  operatorPage: page,
  browser,
}) => {
  const name = `Approval ${Date.now()}`;
  const id = await newDraft(page, name, 'online or offline', /^GATEWAY /);
  await openStep(page, 'Approvals');
  await page.getByLabel('Approvals needed').fill('1');
  await openStep(page, 'Review');
  await page.getByRole('button', { name: 'Submit for approval' }).click();
  await confirmIfAsked(page, 'Submit for approval');
  await page.waitForURL(/\/campaigns\/[^/]+$/, { timeout: 20_000 });

  await page.goto('/approvals');
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('yours: others decide');
  await page.goto(`/approvals/${id}`);
  await expect(page.getByText('Nobody approves their own')).toBeVisible();
  await expectAccessible(page);

  const approver = await newOperator('approver');
  const theirs = await signedIn(browser, approver);
  await theirs.goto('/approvals');
  await expect(theirs.getByRole('row').filter({ hasText: name })).toContainText('Needs you');
  await theirs.getByRole('link', { name: `Review ${name}` }).click();
  await expect(theirs.getByTestId('plan-sentence')).toContainText('GATEWAY');
  await expect(theirs.getByRole('button', { name: 'Approve', exact: true })).toBeDisabled();
  await theirs.getByLabel('Comment').fill('Tested on the bench.');
  await theirs.getByRole('button', { name: 'Approve', exact: true }).click();
  const confirm = theirs.getByRole('alertdialog');
  const recorded = theirs.getByText('Your approval is recorded.');
  await expect(confirm.or(recorded)).toBeVisible();
  if (await confirm.isVisible()) await confirm.getByRole('button', { name: 'Approve' }).click();
  await expect(recorded).toBeVisible();
  await expect(page.getByText('Tested on the bench.')).toBeVisible();
  await page.goto('/approvals');
  await expect(page.getByRole('region', { name: 'Latest decisions' })).toContainText('Tested on the bench.');
  await expectAccessible(page);
  await theirs.context().close();
});

test('the list: filter in the URL, duplicate, delete several drafts, keyboard', async ({
  operatorPage: page,
}) => {
  const name = `List ${Date.now()}`;
  await newDraft(page, name, 'online', /^BMS /);
  await page.goto(`/campaigns?q=${encodeURIComponent(name)}&state=draft`);
  await expect(page.getByRole('button', { name: /^Draft \d/ })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: `Actions for ${name}` }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Duplicate' }).press('Enter');
  await page.waitForURL(/edit/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${name} (copy)`);
  await page.goto(`/campaigns?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('checkbox', { name: 'Choose all campaigns shown' }).check();
  await page.getByRole('button', { name: 'Discard 2 …' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Discarded: 2 campaigns.')).toBeVisible();
  await expect(page.getByText('No campaign fits')).toBeVisible();
});

test('every step of the wizard is accessible in both themes, on a desk and on a phone', async ({
  operatorPage: page,
}) => {
  test.slow();
  const id = await newDraft(page, `Steps ${Date.now()}`, 'online', /^BMS /);
  for (const step of ['target', 'releases', 'waves', 'windows', 'thresholds', 'approvals', 'review']) {
    await page.goto(`/campaigns/${id}/edit?step=${step}`);
    await expect(page.getByTestId('eligible-count').first()).toBeVisible();
    await expectAccessible(page);
  }
});

async function signedIn(browser: Browser, who?: { email: string; password: string }): Promise<Page> {
  const context = await browser.newContext({ baseURL: stackUnderTest.url });
  const page = await context.newPage();
  await signIn(page, who?.email, who?.password);
  return page;
}
