import { createHash, randomBytes } from 'node:crypto';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';

test('an ECU type, a release with its file, released and withdrawn; another tab sees it without reload', async ({
  operatorPage: page,
  context,
}) => {
  const ecuType = await newEcuType(page, 'lineage');
  const watcher = await context.newPage();
  await watcher.goto(`/catalog/types/${ecuType}`);
  await expect(watcher.getByText('Nothing has been drafted for it yet.')).toBeVisible();

  await page.getByRole('button', { name: 'Declare baselines' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Versions').fill('39990-X-A010\n39990-X-A020');
  await dialog.getByRole('button', { name: 'Declare 2' }).click();
  await expect(
    page.getByRole('region', { name: 'Versions in order', exact: true }).getByRole('row'),
  ).toHaveCount(3);

  await draftRelease(page, { ecuType, version: '39990-X-A030', hardware: 'HW-1\nHW-2' });
  await expect(watcher.getByRole('link', { name: '39990-X-A030' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Release', exact: true })).toBeDisabled();

  const bytes = randomBytes(300_000);
  await uploadFile(page, 'image.bin', bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await expect(page.getByText(sha256).first()).toBeVisible();

  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Definition' }).getByText('HW-2')).toBeVisible();
  await expect(watcher.getByRole('cell', { name: 'Released' })).toBeVisible();

  await page.getByRole('button', { name: 'Withdraw' }).click();
  const withdraw = page.getByRole('dialog');
  await expect(withdraw.getByRole('button', { name: 'Withdraw', exact: true })).toBeDisabled();
  await withdraw.getByLabel('Reason').fill('Wrong calibration');
  await withdraw.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await expect(withdraw.getByText('nothing is under way')).toBeVisible();
  await expect(page.getByText('Withdrawn: Wrong calibration')).toBeVisible();
  await expect(withdraw.getByText('It is withdrawn.')).toBeVisible();
  await withdraw.getByRole('button', { name: 'Close' }).first().click();
  await expect(page.getByText('Withdrawn: Wrong calibration')).toBeVisible();
  await expect(watcher.getByRole('cell', { name: 'Withdrawn' })).toBeVisible();
});

test('an upload goes on after the network was cut, and the file is whole', async ({
  operatorPage: page,
  context,
}) => {
  const ecuType = await newEcuType(page, 'semver');
  await draftRelease(page, { ecuType, version: '1.0.0', hardware: 'HW-1' });
  const bytes = randomBytes(24 * 1024 * 1024);
  let cut = false;
  await page.route('**/api/uploads/*', async (route) => {
    const offset = Number(route.request().headers()['upload-offset'] ?? 0);
    if (!cut && offset > 0) {
      cut = true;
      await context.setOffline(true);
    }
    await route.continue().catch(() => undefined);
  });
  await page.locator('input[type=file]').setInputFiles({
    name: 'large.bin',
    mimeType: 'application/octet-stream',
    buffer: bytes,
  });
  await expect(page.getByText('Interrupted, trying again')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('large.bin is uploaded')).toBeVisible({ timeout: 60_000 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await expect(
    page.getByRole('region', { name: 'File' }).getByRole('definition').getByText(sha256),
  ).toBeVisible();
});

test('a cycle of dependencies is named, and what the form refuses is said beside it', async ({
  operatorPage: page,
}) => {
  const first = await newEcuType(page, 'semver');
  const second = await newEcuType(page, 'semver');
  await draftRelease(page, { ecuType: first, version: '2.0.0', hardware: 'H', needs: [second, '2.0.0'] });
  await uploadFile(page, 'a.bin', randomBytes(1000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();

  await page.goto(`/catalog/releases/new?ecuType=${second}`);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByText(/entries need another look/)).toBeVisible();
  await expect(page.getByLabel('Version', { exact: true })).toHaveAttribute('aria-invalid', 'true');

  await draftRelease(page, { ecuType: second, version: '2.0.0', hardware: 'H', needs: [first, '2.0.0'] });
  await uploadFile(page, 'b.bin', randomBytes(1000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Release' }).click();
  await expect(dialog.getByRole('alert')).toContainText(`${second} 2.0.0 needs ${first} 2.0.0`);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Release', exact: true })).toBeEnabled();

  await page.goto('/catalog?view=dependencies&as=table');
  await expect(page.getByRole('row').filter({ hasText: first }).first()).toContainText(second);
  await page.getByRole('button', { name: 'Graph' }).click();
  await expect(page.getByRole('link', { name: new RegExp(first) }).first()).toBeVisible();
});

test('the catalog’s searches live in the URL, and every page of it is accessible', async ({
  operatorPage: page,
}) => {
  test.slow();
  await page.goto('/catalog?view=releases&q=bms&state=released');
  await expect(page.getByLabel('Search releases')).toHaveValue('bms');
  for (const row of await page.getByRole('region', { name: 'Releases' }).locator('tbody tr').all()) {
    await expect(row).toContainText('BMS');
    await expect(row).toContainText('Released');
  }
  const installed = page.getByRole('link', { name: /Installed on/ }).first();
  await expect(installed).toHaveAttribute('href', /\/fleet\?q=ecu/);
  await page.goto('/catalog');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog?view=releases');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog?view=dependencies');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog/types/BMS');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog/releases/new');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog?view=releases&q=bms&state=released');
  await page.getByRole('region', { name: 'Releases' }).locator('tbody a[href*="/releases/"]').first().click();
  await page.waitForURL(/catalog\/releases\//);
  await expectAccessible(page);
});
