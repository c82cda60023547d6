import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, test } from './fixtures/browser.ts';
import { importVehicles, makeVin } from './fixtures/fleet.ts';

test('the overview counts the fleet live and links every number to what it counts', async ({
  operatorPage: page,
}) => {
  await page.goto('/fleet');
  const count = await page.getByTestId('fleet-count').textContent();
  const before = Number(count?.replaceAll(/\D/g, ''));
  await page.goto('/');
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  const vehicles = page.getByRole('main').getByRole('link', { name: /^Vehicles/ });
  await importVehicles(page, [{ vin: makeVin('DSH', Date.now() % 1e9), model: 'Aurora' }]);
  await expect(vehicles).toContainText(new Intl.NumberFormat('en-US').format(before + 1));
  await expectAccessible(page);
  await vehicles.click();
  await expect(page).toHaveURL(/\/fleet$/);
});

test('the theme is kept and the system is followed until then', async ({ operatorPage: page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Colour theme' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('an address without a page says so within the console', async ({ operatorPage: page }) => {
  await page.goto('/no/such/page');
  await expect(page.getByText('There is nothing at this address')).toBeVisible();
  await expectAccessible(page);
});
