import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, test } from './fixtures/browser.ts';
import { importVehicles, makeVin } from './fixtures/fleet.ts';

test('a vehicle is registered by the form, its credential shown once, and the table has it without reload', async ({
  operatorPage: page,
  browser,
}) => {
  const vin = makeVin('FRM', Date.now() % 1e9);
  const other = await browser.newPage();
  await signIn(other);
  await other.goto(`/fleet?q=${encodeURIComponent(`vin = ${vin}`)}`);
  await expect(other.getByText('No vehicle matches')).toBeVisible();

  await page.goto('/fleet');
  await page.getByRole('button', { name: 'Register vehicle' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('VIN').fill('TOO-SHORT');
  await dialog.getByLabel('Model', { exact: true }).fill('Aurora');
  await dialog.getByLabel('Region').fill('Testland');
  await dialog.getByLabel('Time zone').fill('Europe/Vienna');
  await dialog.getByRole('button', { name: 'Register' }).click();
  await expect(dialog.getByText(/a VIN has 17 characters/).first()).toBeVisible();
  await expect(dialog.getByLabel('Region')).toHaveValue('Testland');
  await dialog.getByLabel('VIN').fill(vin);
  await dialog.getByRole('button', { name: 'Register' }).click();
  await expect(dialog.getByText('it is not shown again')).toBeVisible();
  await expect(dialog.getByTestId('credential')).toHaveText(/[A-Za-z0-9_-]{20,}/);

  await expect(other.getByRole('link', { name: vin })).toBeVisible();
  await expect(other.getByTestId('fleet-count')).toHaveText('1 vehicle');
  await other.close();
});

test('instants are told by their age before any script runs', async ({ operatorPage: page }) => {
  const html = await (await page.request.get('/fleet')).text();
  const texts = [...html.matchAll(/<time[^>]*>([^<]+)<\/time>/g)].map(([, text]) => text);
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((text) => !/^now$|^\d+ (s|min|h|d) ago$/.test(text ?? ''))).toEqual([]);
});

test('a CSV file is imported; every bad line is told with its number', async ({ operatorPage: page }) => {
  const stamp = Date.now() % 1e8;
  const good = makeVin('CSV', stamp);
  await page.goto('/fleet');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('CSV file').setInputFiles({
    name: 'vehicles.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `vin,model,modelYear,region,timeZone\n${good},Aurora,2025,DE,Europe/Berlin\nSHORT,Aurora,2025,DE,Mars/Olympus\n`,
    ),
  });
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('1 registered, 0 unchanged, 2 faults');
  await expect(dialog.getByRole('cell', { name: 'Mars/Olympus' })).toBeVisible();
  await expect(dialog.getByRole('link', { name: 'Download credentials' })).toBeVisible();
});

test('facets filter, the filter is in the URL, and the CSV holds exactly what is filtered', async ({
  operatorPage: page,
}) => {
  const tag = `facet-${Date.now()}`;
  const start = Date.now() % 1e9;
  const vehicles = Array.from({ length: 12 }, (_, n) => ({
    vin: makeVin('FCT', start + n),
    model: n < 5 ? 'Facet One' : 'Facet Two',
    tags: tag,
  }));
  await importVehicles(page, vehicles);
  await page.goto(`/fleet?q=${encodeURIComponent(`tag = "${tag}"`)}`);
  await expect(page.getByTestId('fleet-count')).toHaveText('12 vehicles');
  await page.getByRole('button', { name: /^Facet One/ }).click();
  await expect(page.getByTestId('fleet-count')).toHaveText('5 vehicles');
  await expect(page).toHaveURL(/Facet(\+|%20)One/);
  await expect(page.getByRole('table').getByRole('link')).toHaveCount(5);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  const csv = await (await download.createReadStream()).toArray();
  const lines = Buffer.concat(csv).toString().trim().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines.slice(1).every((line) => line.includes('Facet One'))).toBe(true);

  await page.reload();
  await expect(page.getByTestId('fleet-count')).toHaveText('5 vehicles');
  await page.goBack();
  await expect(page.getByTestId('fleet-count')).toHaveText('12 vehicles');
});

test('the text form marks where it is wrong; text and builder round-trip', async ({ operatorPage: page }) => {
  await page.goto('/fleet');
  const filter = page.getByRole('textbox', { name: 'Filter vehicles' });
  await filter.fill('model = "Aurora" and and');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page.getByText(/Line 1, column 22/)).toBeVisible();
  await filter.fill('model = "Aurora" and (online or region in ("DE", "AT"))');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('button', { name: 'Builder' }).click();
  await expect(page.getByLabel('How the conditions are joined')).toHaveCount(2);
  await page.getByLabel('Value', { exact: true }).first().fill('Borealis');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(filter).toHaveValue('model = "Borealis" and (online or region in ("DE", "AT"))');
});

test('a saved view brings the same list back', async ({ operatorPage: page }) => {
  const name = `View ${Date.now()}`;
  await page.goto('/fleet?q=offline&sort=model');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByLabel('Save what is shown now as').fill(name);
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('link', { name })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto('/fleet');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/q=offline/);
  await expect(page.getByRole('textbox', { name: 'Filter vehicles' })).toHaveValue('offline');
});

test('by keyboard alone: to the fleet, down two rows, into a vehicle, on to the next', async ({
  operatorPage: page,
}) => {
  const start = Date.now() % 1e9;
  const vins = [0, 1, 2, 3].map((n) => makeVin('KEY', start + n));
  const tag = `key-${start}`;
  await importVehicles(
    page,
    vins.map((vin) => ({ vin, model: 'Aurora', tags: tag })),
  );
  await page.goto('/');
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible();
  await page.goto(`/fleet?q=${encodeURIComponent(`tag = "${tag}"`)}`);
  await expect(page.getByRole('link', { name: vins[0] })).toBeVisible();
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  // The first key may come before the table listens; a second one too many is taken back.
  await expect(async () => {
    const row = await page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
    if (row !== vins[0]) await page.keyboard.press(row === null ? 'j' : 'k');
    await expect(page.locator(`tr[data-key="${vins[0]}"]`)).toBeFocused({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await page.keyboard.press('j');
  await expect(page.locator(`tr[data-key="${vins[1]}"]`)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/fleet/${vins[1]}`));
  await expect(page.getByRole('button', { name: 'Next vehicle (J)' })).toBeEnabled();
  await page.keyboard.press('j');
  await expect(page).toHaveURL(new RegExp(`/fleet/${vins[2]}`));
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type(vins[3] ?? '');
  await expect(page.getByRole('option', { name: new RegExp(vins[3] ?? '') })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/fleet/${vins[3]}`));
});

test('the fleet page has no accessibility fault, empty, filtered and broken', async ({
  operatorPage: page,
}) => {
  // Twelve runs of axe: three states, two themes, two widths.
  test.slow();
  for (const query of ['', 'model = "No such model"', 'model = ']) {
    await page.goto(`/fleet?q=${encodeURIComponent(query)}`);
    await expect(page.getByTestId('fleet-count')).toBeVisible();
    await expectAccessible(page);
  }
});
