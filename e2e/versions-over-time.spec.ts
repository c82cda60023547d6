import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, test } from './fixtures/browser.ts';

test('the course of versions is a chart with a name, a day to choose by keyboard, and a table', async ({
  operatorPage: page,
}) => {
  await page.goto('/catalog/types/BMS');
  const panel = page.getByRole('region', { name: 'Versions of BMS over time' });
  await expect(panel.getByRole('figure')).toHaveAccessibleName(
    /ECUs of type BMS by software version, \d{4}-/,
  );
  await expect(panel).toContainText(/Counted daily since \d{4}-\d{2}-\d{2}/);

  const day = panel.getByRole('slider', { name: 'Day of the course' });
  const today = await day.getAttribute('aria-valuetext');
  await day.focus();
  await page.keyboard.press('Home');
  const first = await day.getAttribute('aria-valuetext');
  expect(first).not.toBe(today);
  const versions = panel.getByRole('region', { name: `Versions on ${first}` });
  await expect(versions.getByRole('link').first()).toHaveAttribute('href', /\/fleet\?q=ecu/);
  // What is newest now had not begun to spread then.
  await expect(versions.getByRole('listitem').first()).toContainText('0 %');

  await panel.getByRole('button', { name: 'Show as table' }).click();
  const table = panel.getByRole('region', { name: 'Versions of BMS by day' });
  await expect(table.locator('tbody tr').first()).toContainText(today ?? '');
  await expect(table.locator('tbody tr').last()).toContainText(first ?? '');
  await expectAccessible(page);

  const link = table.getByRole('link').first();
  const version = (await link.textContent()) ?? '';
  await link.click();
  await expect(page).toHaveURL(/\/fleet\?q=/);
  await expect(page.getByRole('textbox', { name: 'Filter vehicles' })).toHaveValue(new RegExp(version));
});

test('the fleet page shows the course of the ECU type that is chosen, and the URL keeps it', async ({
  operatorPage: page,
}) => {
  await page.goto('/fleet?ecu=VCU');
  await page.getByRole('button', { name: 'Over time' }).click();
  const panel = page.getByRole('region', { name: 'Versions of VCU over time' });
  await expect(panel.getByRole('figure')).toBeVisible();
  await expect(panel).toContainText('The whole fleet, whatever is filtered.');
  await expect(page).toHaveURL(/course=true/);
  await page.reload();
  await expect(panel.getByRole('figure')).toBeVisible();
  await page.getByLabel('ECU type of the versions').selectOption('BMS');
  await expect(page.getByRole('region', { name: 'Versions of BMS over time' })).toBeVisible();
  await expectAccessible(page);
});
