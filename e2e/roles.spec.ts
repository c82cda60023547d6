import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { newOperator } from './fixtures/operators.ts';
import { PAGES } from './fixtures/pages.ts';

/** What changes something, wherever it stands. */
const DEEDS =
  /^(New|Register|Import|Tag|Edit|Retire|Rotate|Erase|Confirm|Clear the block|Offer again|Start|Stop|Allow|Pause|Resume|Abort|Release|Withdraw|Declare|Replay|Dismiss|Exclude|Approve|Deny|Duplicate|Delete)\b/;

test('a viewer is told why nothing can be changed, and is offered nothing that would be refused', async ({
  browser,
}) => {
  test.slow();
  const context = await browser.newContext({ baseURL: stackUnderTest.url });
  const page = await context.newPage();
  const { email, password } = await newOperator('viewer');
  await signIn(page, email, password);
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 403) refused.push(answer.url());
  });
  const paths = PAGES.filter(({ route }) => !route.includes('[') && !route.includes('sign-in'))
    .map(({ route }) => route)
    .filter((route) => !route.startsWith('/settings') && route !== '/catalog/releases/new');
  for (const path of [...paths, '/settings/jobs', '/settings/about', '/catalog/types/BMS']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expect(page.getByText('Your role is viewer')).toBeAttached();
    const names = await page.getByRole('main').getByRole('button').allInnerTexts();
    const links = await page.getByRole('main').getByRole('link').allInnerTexts();
    expect(
      [...names, ...links].filter((name) => DEEDS.test(name.trim())),
      path,
    ).toEqual([]);
  }
  expect(refused).toEqual([]);
  await page.goto('/fleet');
  await expectAccessible(page);
  await context.close();
});

test('a view that one operator shares, another opens, and only its owner deletes it', async ({
  operatorPage: page,
  browser,
}) => {
  const name = `Shared ${Date.now()}`;
  await page.goto('/fleet?q=offline&sort=region&desc=true');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByLabel('Save what is shown now as').fill(name);
  await page.getByLabel('Share it with all operators').check();
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('button', { name: `Delete the view ${name}` })).toBeVisible();

  const context = await browser.newContext({ baseURL: stackUnderTest.url });
  const other = await context.newPage();
  const { email, password } = await newOperator('operator');
  await signIn(other, email, password);
  await other.goto('/fleet');
  await other.getByRole('button', { name: 'Views' }).click();
  await expect(other.getByRole('link', { name })).toBeVisible();
  await expect(other.getByRole('button', { name: `Delete the view ${name}` })).toHaveCount(0);
  await other.getByRole('link', { name }).click();
  await expect(other).toHaveURL(/q=offline.*sort=region.*desc=true/);
  await context.close();

  await page.getByRole('button', { name: `Delete the view ${name}` }).click();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
});

test('the fleet-wide stop stands above every page, with the way to lift it', async ({
  operatorPage: page,
}) => {
  await page.goto('/audit');
  await expect(page.getByTestId('stop-banner')).toHaveCount(0);
  const other = await page.context().newPage();
  await other.goto('/health');
  await other.getByRole('button', { name: 'Stop all offers' }).click();
  const dialog = other.getByRole('alertdialog');
  await dialog.getByLabel('Why').fill('Above every page');
  await dialog.getByLabel(/to confirm/).fill('STOP');
  await dialog.getByRole('button', { name: 'Stop all offers' }).click();
  try {
    // Without a reload, on a page that has nothing to do with it.
    await expect(page.getByTestId('stop-banner')).toContainText('Above every page');
    await expectAccessible(page);
    await page.goto('/catalog');
    await page.getByTestId('stop-banner').getByRole('link', { name: 'Lift the stop' }).click();
    await expect(page).toHaveURL(/\/health#offers/);
  } finally {
    await other.getByRole('button', { name: 'Allow offers again' }).click();
    await dialog.getByLabel('Why').fill('Seen');
    await dialog.getByLabel(/to confirm/).fill('ALLOW');
    await dialog.getByRole('button', { name: 'Allow offers' }).click();
  }
  await expect(page.getByTestId('stop-banner')).toHaveCount(0);
});

test('a test goes through a channel for alerts and stands in its log', async ({ operatorPage: page }) => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      heard.push(body);
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const name = `Hook ${Date.now()}`;
  try {
    await page.goto('/settings/alerts');
    await page.getByRole('button', { name: 'New channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Kind').selectOption('webhook');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('URL').fill(`http://127.0.0.1:${port}/hook`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: `Send a test to ${name}` }).click();
    const row = page.getByRole('row', { name: new RegExp(`Test of ${name}`) });
    await expect(row).toContainText('Delivered', { timeout: 30_000 });
    expect(heard).toHaveLength(1);
    expect(JSON.parse(heard[0] ?? '')).toMatchObject({ event: 'test', subject: `Test of ${name}` });
    await expectAccessible(page);

    await page.getByLabel('State of the deliveries').selectOption('failed');
    await expect(page).toHaveURL(/state=failed/);
    await expect(row).toHaveCount(0);
    await page.getByLabel('State of the deliveries').selectOption('delivered');
    await page.getByLabel('Channel of the deliveries').selectOption(name);
    await expect(row).toBeVisible();
    const csv = await page.request.get(`/api/alerts/deliveries/export?${new URL(page.url()).searchParams}`);
    expect((await csv.text()).trim().split('\n')).toHaveLength(2);
  } finally {
    server.close();
  }
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
