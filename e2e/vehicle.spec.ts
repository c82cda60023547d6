import type { WebSocketRoute } from '@playwright/test';
import pg from 'pg';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { importVehicles, makeVin } from './fixtures/fleet.ts';

const databases: pg.Client[] = [];
test.afterEach(async () => {
  await Promise.all(databases.splice(0).map((client) => client.end()));
});

async function database(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stackUnderTest.databaseUrl });
  await client.connect();
  databases.push(client);
  return client;
}

test('edit, rotate the credential, retire and erase, each seen at once on the page and its timeline', async ({
  operatorPage: page,
}) => {
  const vin = makeVin('DEED', Date.now() % 1e9);
  await importVehicles(page, [{ vin, model: 'Aurora' }]);
  await page.goto(`/fleet/${vin}`);
  await expect(page.getByText('has never reported its ECUs')).toBeVisible();

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Model', { exact: true }).fill('Borealis Langstrecke');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Borealis Langstrecke, 2025, Testland')).toBeVisible();
  await expect(page.getByTestId('timeline')).toContainText('Edited');

  await page.getByRole('button', { name: 'Rotate credential' }).click();
  await page.getByRole('button', { name: 'Issue' }).click();
  await expect(page.getByTestId('credential')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByTestId('timeline')).toContainText('Credential rotated');

  await page.getByRole('button', { name: 'Retire' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Retire' }).click();
  const erase = page.getByRole('button', { name: 'Erase personal data' });
  await expect(erase).toBeVisible();
  await erase.click();
  const confirm = page.getByRole('alertdialog').getByRole('button', { name: 'Erase', exact: true });
  await expect(confirm).toBeDisabled();
  await page.getByLabel(/to confirm/).fill(vin);
  await confirm.click();
  await expect(page).toHaveURL(/\/fleet\?retired=true/);
  await page.goto(`/fleet/${vin}`);
  await expect(page.getByText('There is nothing at this address')).toBeVisible();
});

test('a change whose NOTIFY was lost is on the page within moments', async ({ operatorPage: page }) => {
  const vin = makeVin('LST', Date.now() % 1e9);
  await importVehicles(page, [{ vin, model: 'Aurora' }]);
  await page.goto(`/fleet/${vin}`);
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  const client = await database();
  await client.query(
    `INSERT INTO timeline_events (vin, at, kind, detail) VALUES ($1, now(), 'first_report', 'without a hint')`,
    [vin],
  );
  await expect(page.getByTestId('timeline')).toContainText('without a hint');
});

test('a browser that is cut off says so, dims its numbers, and catches up without reload', async ({
  operatorPage: page,
}) => {
  const vin = makeVin('CUT', Date.now() % 1e9);
  await importVehicles(page, [{ vin, model: 'Aurora' }]);
  let isCut = false;
  const open = new Set<WebSocketRoute>();
  await page.routeWebSocket(/\/live$/, (socket) => {
    if (isCut) return void socket.close({ code: 1013 });
    socket.connectToServer();
    open.add(socket);
  });
  await page.goto(`/fleet/${vin}`);
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  await page.evaluate(() => Reflect.set(window, 'notReloaded', true));

  isCut = true;
  for (const socket of open) await socket.close({ code: 1012 });
  await expect(page.locator('[data-freshness="disconnected"]')).toBeVisible();
  await expect(page.locator('[data-stale]').first()).toBeVisible();
  const client = await database();
  await client.query(
    `INSERT INTO timeline_events (vin, at, kind, detail) VALUES ($1, now(), 'report', 'while away')`,
    [vin],
  );
  isCut = false;
  await expect(page.getByTestId('timeline')).toContainText('while away', { timeout: 20_000 });
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
});

test('versions with control bytes, emoji and 200 characters are shown as stored', async ({
  operatorPage: page,
}) => {
  const vin = makeVin('VER', Date.now() % 1e9);
  await importVehicles(page, [{ vin, model: 'Aurora' }]);
  const odd = `1.0\\x00\\x07 🚗 ${'9'.repeat(200)}`;
  const client = await database();
  await client.query(
    `INSERT INTO ecus (vin, ecu_id, type, hardware_version, software_version, status, changed_at)
     VALUES ($1, 'TCU', 'TCU', 'T1', '1.0', 'ok', now()), ($1, 'IVI', 'IVI', 'I1', $2, 'fault', now())`,
    [vin, odd],
  );
  await page.goto(`/fleet/${vin}`);
  await expect(page.getByRole('cell', { name: odd })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Topology' }).click();
  await expect(page.getByText(/Topology of 2 ECUs/)).toBeAttached();
  await expect(page).toHaveURL(/ecus=graph/);
  await expect(page.locator('.react-flow__node')).toHaveCount(2);
  for (const tab of ['Version history', 'Raw messages']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true');
  }
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Raw messages' })).toHaveAttribute('aria-selected', 'true');
});
