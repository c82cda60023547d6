import type { Page } from '@playwright/test';
import pg from 'pg';
import { openDatabase } from '#lib/db/client.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { type EmptyConsole, startEmptyConsole } from './fixtures/empty-console.ts';
import { type Link, openLink } from './fixtures/link.ts';
import { PAGES } from './fixtures/pages.ts';
import { prepareShowcase, type Showcase } from './fixtures/showcase.ts';

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

let showcase: Showcase;
let link: Link;
let empty: EmptyConsole;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  const db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'roadcast-e2e' });
  try {
    showcase = await prepareShowcase(db, { running: from(36, 12), pausing: from(48, 12) });
  } finally {
    await db.close();
  }
  link = await openLink(stackUnderTest.url);
  empty = await startEmptyConsole();
});
test.afterAll(async () => {
  await link?.close();
  await empty?.stop();
});

/** A table that the page cannot do without and the frame around it can; none where it reads nothing of its own. */
const needs: Readonly<Record<string, string | undefined>> = {
  overview: 'vehicles',
  fleet: 'vehicle_states',
  vehicle: 'vehicles',
  catalog: 'releases',
  'ecu-type': 'releases',
  'release-new': 'ecu_types',
  release: 'releases',
  campaigns: 'campaigns',
  campaign: 'campaigns',
  'campaign-paused': 'campaigns',
  'campaign-edit': 'campaigns',
  approvals: 'campaigns',
  approval: 'campaigns',
  audit: 'audit_entries',
  quarantine: 'quarantine',
  health: 'process_heartbeats',
  'settings-alerts': 'alert_channels',
  'settings-general': 'settings',
  'settings-keys': 'signing_keys',
  'settings-jobs': 'jobs',
};
/** They show nothing that could grow old. */
const ageless = ['release-new', 'settings-general', 'settings-keys', 'settings-about'];

for (const { name, path } of PAGES.filter((page) => page.name !== 'sign-in')) {
  test(`${name}: grey blocks while it loads; a cut connection is said and dims what may be old`, async ({
    operatorPage: page,
  }) => {
    const table = needs[name];
    if (table) {
      const release = await holdTable(table);
      try {
        await page.goto(`${link.url}${path(showcase)}`, { waitUntil: 'commit' });
        const block = page.getByRole('main').locator('[data-skeleton]').first();
        await expect(block).toBeVisible();
        expect(await block.evaluate((element) => getComputedStyle(element).animationDelay)).toBe('0.15s');
      } finally {
        await release();
      }
    } else await page.goto(`${link.url}${path(showcase)}`);
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[data-skeleton]')).toHaveCount(0);
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();

    link.cut();
    await expect(page.locator('[data-freshness]')).toHaveText(/Disconnected since \d\d:\d\d:\d\d/);
    if (ageless.includes(name)) await expect(page.locator('[data-stale]')).toHaveCount(0);
    else await expect(page.locator('[data-stale]').first()).toBeVisible();
    link.mend();
    await expect(page.locator('[data-freshness="live"]')).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('[data-stale]')).toHaveCount(0);
  });
}

/** What an installation says on its first day, and which table its page cannot do without. */
const firstDay: readonly { path: string; says: RegExp; table: string }[] = [
  { path: '/', says: /Nothing waits for you/, table: 'vehicles' },
  { path: '/fleet', says: /No vehicle is registered yet/, table: 'vehicle_states' },
  { path: '/catalog', says: /The catalog is empty/, table: 'ecu_types' },
  { path: '/catalog?view=dependencies', says: /No release needs another/, table: 'releases' },
  { path: '/campaigns', says: /There is no campaign yet/, table: 'campaigns' },
  { path: '/approvals', says: /No campaign awaits approval/, table: 'approvals' },
  { path: '/audit?subject=campaign', says: /nothing|no entry|no row/i, table: 'audit_entries' },
  { path: '/quarantine', says: /No refused message waits/, table: 'quarantine' },
  { path: '/settings/keys', says: /No key is made yet/, table: 'signing_keys' },
  { path: '/settings/alerts', says: /Nobody is alerted yet/, table: 'alert_channels' },
  { path: '/settings/jobs', says: /No job yet/, table: 'jobs' },
];

test.describe('a console in which there is nothing yet', () => {
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    const context = await browser.newContext({ baseURL: empty.url });
    page = await context.newPage();
    await empty.signIn(page);
  });
  test.afterAll(() => page?.context().close());

  for (const { path, says, table } of firstDay) {
    test(`${path}: says why there is nothing; broken, what happened and what to do`, async () => {
      await page.goto(path);
      await expect(page.getByRole('main').getByText(says).first()).toBeVisible();
      await expect(page.locator('[data-freshness="live"]')).toBeVisible();
      await expect(page.locator('[data-skeleton]')).toHaveCount(0);

      await empty.sql(`ALTER TABLE ${table} RENAME TO away`);
      try {
        await page.goto(path);
        await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
        await expect(page.getByText('Nothing was changed.')).toBeVisible();
      } finally {
        await empty.sql(`ALTER TABLE away RENAME TO ${table}`);
      }
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByRole('main').getByText(says).first()).toBeVisible();
    });
  }

  test('a view that cannot be read any more says so and keeps what it knew', async () => {
    await page.goto('/campaigns');
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();
    await empty.sql('ALTER TABLE campaigns RENAME TO away');
    try {
      await empty.sql(`SELECT pg_notify('roadcast_live', '{"subjects":["campaign"]}')`);
      await expect(page.getByText(/cannot be read/).first()).toBeVisible({ timeout: 20_000 });
      await expect(page.getByRole('heading', { level: 1, name: 'Campaigns' })).toBeVisible();
    } finally {
      await empty.sql('ALTER TABLE away RENAME TO campaigns');
    }
    await expect(page.getByText(/cannot be read/)).toHaveCount(0, { timeout: 20_000 });
  });
});

test('sign-in: says that the server does not answer, and keeps what was typed', async ({ page }) => {
  await page.route('**/api/auth/sign-in/email', (route) => route.abort());
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('someone@roadcast.test');
  await page.getByLabel('Password').fill('a password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'does not answer' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue('someone@roadcast.test');
});

/** Lets every reader of a table wait, as a database under load does, until the returned function is called. */
async function holdTable(table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: stackUnderTest.databaseUrl });
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return () => client.end();
}
