import pg from 'pg';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { makeVin } from './fixtures/fleet.ts';
import { newOperator } from './fixtures/operators.ts';
import { playVehicle } from './fixtures/played-vehicle.ts';

let db: Database;
test.beforeAll(() => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'audit test' });
});
test.afterAll(() => db.close());

const ecu = { ecuId: 'BMS', type: 'BMS', hardwareVersion: 'H1', softwareVersion: '1.0' };

test('bad messages stand in quarantine with their bytes readable; one is dismissed, and it is in the audit log', async ({
  operatorPage: page,
}) => {
  const vin = makeVin('BAD', Date.now() % 1e9);
  const master = { model: 'Played', modelYear: 2025, region: 'Testland', timeZone: 'Europe/Vienna' };
  const { credential } = await registerVehicle(systemContext(db, 'test'), { vin, ...master });
  const vehicle = await playVehicle(vin, credential, ecu);
  await page.goto(`/quarantine?source=${vin}`);
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await vehicle.send('OTA_Status', JSON.stringify({ v: 1, phase: 'dancing', note: 'über \u202e\u0007' }));
  await vehicle.send('ECU_Details', Buffer.from([0, 1, 255, 65]));
  const list = page.getByTestId('quarantine');
  await expect(list.getByRole('listitem')).toHaveCount(2);

  await page.getByRole('button', { name: /Show messages of .* invalid/ }).click();
  await expect(list).toContainText('"phase": "dancing"');
  await expect(list).toContainText('über \\u{202e}');
  await page.getByRole('button', { name: /Show messages of .* not json/ }).click();
  await expect(list).toContainText('00 01 ff 41');
  await expect(page).toHaveURL(/row=\d+/);
  await expectAccessible(page);

  const row = list.getByRole('listitem').filter({ hasText: 'not json' });
  await row.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Dismiss' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await page.getByLabel('State').selectOption('dismissed');
  await expect(list).toContainText('dismissed by');

  await list.getByRole('listitem').first().waitFor();
  await page.goto('/audit?action=quarantine.dismiss');
  const log = page.getByTestId('audit-log');
  await expect(log.getByRole('listitem').first()).toContainText('dismissed quarantined messages');
  await log
    .getByRole('button', { name: /Show details/ })
    .first()
    .click();
  await expect(log.getByRole('listitem').first()).toContainText('state');
  await expect(log.locator('del').first()).toHaveText('open');
  await expect(log.locator('ins').first()).toHaveText('dismissed');
  await vehicle.leave();
});

test('an unknown vehicle is registered from quarantine, its credential shown once, its report stored', async ({
  operatorPage: page,
}) => {
  const vin = makeVin('NEW', Date.now() % 1e9);
  const master = { model: 'Played', modelYear: 2025, region: 'Testland', timeZone: 'Europe/Vienna' };
  const { credential } = await registerVehicle(systemContext(db, 'test'), { vin, ...master });
  const vehicle = await playVehicle(vin, credential, ecu);
  // Its master data goes while its credential still lets it speak: to the worker it is unknown.
  await db.prisma.vehicle.delete({ where: { vin } });
  await vehicle.report();
  await page.goto(`/quarantine?source=${vin}`);
  await page.getByRole('button', { name: 'Register and replay' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Model', { exact: true }).fill('Found');
  await dialog.getByLabel('Region').fill('Testland');
  await dialog.getByLabel('Time zone').fill('Europe/Vienna');
  await dialog.getByRole('button', { name: 'Register and replay' }).click();
  await expect(dialog.getByTestId('credential')).toHaveText(/[A-Za-z0-9_-]{20,}/);
  await expect(dialog.getByText('1 message stored')).toBeVisible();
  await dialog.getByRole('link', { name: 'Open the vehicle' }).click();
  await expect(page).toHaveURL(new RegExp(`/fleet/${vin}`));
  await expect(page.getByText('BMS').first()).toBeVisible();
  await vehicle.leave();
});

test('the chain check tells an intact log from one that was changed', async ({ operatorPage: page }) => {
  await page.goto('/audit');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check chain' }).click();
  await expect(page.getByTestId('chain-result')).toContainText('Intact');
  await page.keyboard.press('Escape');

  const client = new pg.Client({ connectionString: stackUnderTest.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ sequence: string; actor_name: string }>(
      'SELECT sequence, actor_name FROM audit_entries ORDER BY sequence LIMIT 1',
    );
    const [row] = rows;
    if (!row) throw new Error('the log is empty');
    // The table refuses this of itself; whoever owns the database can get around it, and the chain tells.
    const rename = async (name: string) => {
      await client.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
      await client.query('UPDATE audit_entries SET actor_name = $2 WHERE sequence = $1', [
        row.sequence,
        name,
      ]);
      await client.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
    };
    await rename('somebody else');
    try {
      await page.getByRole('button', { name: 'Check chain' }).click();
      await expect(page.getByTestId('chain-result')).toContainText(`Broken at row ${row.sequence}`);
    } finally {
      await rename(row.actor_name);
    }
  } finally {
    await client.end();
  }
  const csv = await page.request.get(`${stackUnderTest.url}/api/audit/export?action=operator.`);
  expect((await csv.text()).split('\n')[0]).toContain('sequence,at,actorKind');
});

test('stopping all offers asks for STOP, is seen by others at once, and only an admin undoes it', async ({
  operatorPage: page,
  browser,
}) => {
  const { email, password } = await newOperator('operator');
  const other = await browser.newPage();
  await signIn(other, email, password);
  await other.goto('/health');
  await expect(other.getByTestId('offers-stop')).toHaveAttribute('data-stopped', 'false');
  await page.goto('/health');
  for (const part of ['broker', 'worker', 'payload', 'web']) {
    await expect(page.getByTestId(`part-${part}`)).toContainText('Alive');
  }
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop all offers' }).click();
  const dialog = page.getByRole('alertdialog');
  const stop = dialog.getByRole('button', { name: 'Stop all offers' });
  await dialog.getByLabel('Why').fill('A test of the stop');
  await expect(stop).toBeDisabled();
  await dialog.getByLabel(/to confirm/).fill('STOP');
  await stop.click();
  await expect(other.getByTestId('offers-stop')).toContainText('A test of the stop');
  await expect(other.getByRole('button', { name: 'Allow offers again' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Allow offers again' }).click();
  await dialog.getByLabel('Why').fill('The test is over');
  await dialog.getByLabel(/to confirm/).fill('ALLOW');
  await dialog.getByRole('button', { name: 'Allow offers' }).click();
  await expect(other.getByTestId('offers-stop')).toHaveAttribute('data-stopped', 'false');
  await other.close();
});

test('settings: an operator is made, changes role, is disabled and cannot sign in any more', async ({
  operatorPage: page,
}) => {
  const stamp = Date.now().toString(36);
  const email = `made-${stamp}@roadcast.test`;
  await page.goto('/settings');
  await page.getByRole('button', { name: 'New operator' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(`Made ${stamp}`);
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: 'Create' }).click();
  const shown = dialog.getByText(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/);
  await expect(shown).toBeVisible();
  const password = (await shown.textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByLabel(`Role of Made ${stamp}`).selectOption('approver');
  await expect(page.getByLabel(`Role of Made ${stamp}`)).toHaveValue('approver');
  await expectAccessible(page);

  const attempt = () =>
    page.request.post(`${stackUnderTest.url}/api/auth/sign-in/email`, {
      data: { email, password },
      headers: { origin: stackUnderTest.url, cookie: '' },
    });
  const row = page.getByRole('row', { name: new RegExp(stamp) });
  await row.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  expect((await attempt()).ok()).toBe(false);
});
