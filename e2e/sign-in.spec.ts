import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';

const email = process.env.ROADCAST_EMAIL ?? '';
const password = process.env.ROADCAST_PASSWORD ?? '';

test('a stranger is sent to the sign-in page and comes back to where he wanted to go', async ({ page }) => {
  await page.goto('/fleet?q=online');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/fleet\?q=online/);
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible();
});

test('a wrong password is said in words and the entries are kept', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expectAccessible(page);
});

test('nothing of the console answers a stranger, and no page of another site may open the socket', async ({
  request,
}) => {
  for (const path of ['/', '/fleet', '/fleet/WVWZZZ1JZXW000001']) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect([307, 200], path).toContain(answer.status());
    expect(await answer.text(), path).not.toContain('Message stream');
    expect(answer.headers()['content-security-policy'], path).toContain("frame-ancestors 'none'");
  }
  expect((await request.get('/api/fleet')).status()).toBe(401);
  const upgrade = await request.get('/live', {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      origin: 'https://elsewhere.example',
    },
  });
  expect(upgrade.status()).toBe(403);
  const health = await request.get(`${stackUnderTest.url}/healthz`);
  expect(Object.keys(await health.json())).toContain('parts');
});

test('signing out ends the session', async ({ operatorPage: page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/fleet');
  await expect(page).toHaveURL(/\/sign-in/);
});
