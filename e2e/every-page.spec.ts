import type { Locator, Page } from '@playwright/test';
import { openDatabase } from '#lib/db/client.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { tabThrough } from './fixtures/keyboard.ts';
import { newOperator } from './fixtures/operators.ts';
import { findRoutes, PAGES } from './fixtures/pages.ts';
import { prepareShowcase, type Showcase } from './fixtures/showcase.ts';

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

let showcase: Showcase;
test.beforeAll(async () => {
  const db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'roadcast-e2e' });
  try {
    showcase = await prepareShowcase(db, { running: from(36, 12), pausing: from(48, 12) });
  } finally {
    await db.close();
  }
});

test('the table of pages holds every page there is', () => {
  expect([...new Set(PAGES.map(({ route }) => route))].sort()).toEqual(findRoutes());
});

for (const { name, path } of PAGES) {
  const open = async (page: Page) => {
    if (name === 'sign-in') await page.context().clearCookies();
    await page.goto(path(showcase));
    await settled(page);
  };

  test(`${name}: accessible in both themes and widths, still, and nothing goes wrong`, async ({
    nextPage: page,
  }) => {
    // Four runs of axe on the largest pages take their time.
    test.slow();
    const faults = collectFaults(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page);
    expect(await longAnimations(page)).toEqual([]);
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test(`${name}: by keyboard with a visible focus, and its URL restores it`, async ({ nextPage: page }) => {
    await open(page);
    const url = page.url();
    const before = await viewOf(page);
    expect(before.length).toBeGreaterThan(0);
    const wanted = await firstActions(page);
    const stops = await tabThrough(page, 60);
    const reached = stops.map(({ element }) => element);
    expect(wanted.filter((element) => !reached.includes(element))).toEqual([]);
    expect(stops.filter(({ isVisible }) => !isVisible).map(({ element }) => element)).toEqual([]);
    await page.reload();
    await settled(page);
    expect(page.url()).toBe(url);
    await expect.poll(() => viewOf(page)).toEqual(before);
  });
}

type View = {
  name: string;
  path(of: Showcase): string;
  /** What shows that the URL was understood. */
  shows(page: Page): Locator;
  /** Changes the view by hand. */
  change(page: Page): Promise<unknown>;
  /** A tab is looked at in passing: Back leaves the page. */
  isPassing?: boolean;
};

/** A choice by its name; how many there are of it may follow. */
const choice = (name: string) => new RegExp(`^${name}\\b`);
const pressed = (page: Page, name: string) => page.getByRole('button', { name: choice(name), pressed: true });
const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name });
const views: readonly View[] = [
  {
    name: 'fleet: filter, order, direction, ECU type',
    path: () => `/fleet?q=${encodeURIComponent('model = "Aurora"')}&sort=region&desc=true&ecu=BMS`,
    shows: (page) => page.locator('th[aria-sort="descending"]', { hasText: 'Region' }),
    change: (page) =>
      page.getByRole('columnheader', { name: 'Model', exact: true }).getByRole('button').click(),
  },
  {
    name: 'vehicle: tab and form of its ECUs',
    path: ({ vin }) => `/fleet/${vin}?tab=history&ecus=graph`,
    shows: (page) => pressed(page, 'Topology'),
    change: (page) => tab(page, /Raw messages/).click(),
    isPassing: true,
  },
  {
    name: 'catalog: releases, state, text',
    path: () => '/catalog?view=releases&state=released&q=BMS',
    shows: (page) => page.getByRole('tab', { name: /^Releases/, selected: true }),
    change: (page) => tab(page, /Dependencies/).click(),
    isPassing: true,
  },
  {
    name: 'campaigns: states and name',
    path: () => '/campaigns?state=running&q=Range',
    shows: (page) => pressed(page, 'Running'),
    change: (page) => page.getByRole('button', { name: choice('Paused') }).click(),
  },
  {
    name: 'campaign: state and wave of its vehicles',
    path: ({ running }) => `/campaigns/${running}?wave=1`,
    shows: (page) =>
      page.getByRole('combobox', { name: 'Wave' }).and(page.locator(':has(option:checked[value="1"])')),
    change: (page) => choose(page.getByRole('combobox', { name: 'State' }), 'confirmed'),
  },
  {
    name: 'wizard: step',
    path: ({ draft }) => `/campaigns/${draft}/edit?step=thresholds`,
    shows: (page) => page.locator('[aria-current="step"]', { hasText: 'Thresholds' }),
    change: (page) => page.getByRole('button', { name: 'Next: Approvals' }).click(),
  },
  {
    name: 'audit: subject',
    path: () => '/audit?subject=campaign',
    shows: (page) =>
      page.getByLabel('Of', { exact: true }).and(page.locator(':has(option:checked[value="campaign"])')),
    change: (page) => choose(page.getByLabel('What', { exact: true }), 'campaign.'),
  },
  {
    name: 'quarantine: state',
    path: () => '/quarantine?state=dismissed',
    shows: (page) => page.getByLabel('State').and(page.locator(':has(option:checked[value="dismissed"])')),
    change: (page) => choose(page.getByLabel('State'), 'replayed'),
  },
];

for (const { name, path, shows, change, isPassing = false } of views) {
  test(`${name}: the URL restores it and what is changed by hand; Back goes back`, async ({
    nextPage: page,
  }) => {
    await page.goto(path(showcase));
    await settled(page);
    await expect(shows(page)).toBeVisible();
    const [firstUrl, first] = [page.url(), await viewOf(page)];
    await change(page);
    await expect.poll(() => page.url()).not.toBe(firstUrl);
    await settled(page);
    const [url, changed] = [page.url(), await viewOf(page)];
    expect(changed).not.toEqual(first);
    await page.reload();
    await settled(page);
    await expect.poll(() => viewOf(page)).toEqual(changed);
    expect(page.url()).toBe(url);
    if (isPassing) return;
    await page.goBack();
    await expect(shows(page)).toBeVisible();
    expect(page.url()).toBe(firstUrl);
  });
}

const empties = [
  ['fleet', '/fleet?q=vin%20%3D%20%22WVWZZZ1JZXW999999%22', /no vehicle/i],
  ['campaigns', '/campaigns?q=zzz-no-such-campaign', /no campaign fits/i],
  ['audit', '/audit?id=zzz-no-such-thing', /nothing|no entr|no row/i],
  ['quarantine', '/quarantine?source=zzz-no-such-source', /nothing|no message|no source/i],
] as const;

for (const [name, path, words] of empties) {
  test(`${name}: says so when there is nothing, and is accessible then`, async ({ nextPage: page }) => {
    await page.goto(path);
    await expect(page.getByRole('main').getByText(words).first()).toBeVisible();
    await expectAccessible(page);
  });
}

for (const path of [
  '/fleet/WVWZZZ1JZXW999999',
  '/campaigns/none',
  '/approvals/none',
  '/catalog/releases/none',
]) {
  test(`${path}: says that it is not there`, async ({ nextPage: page }) => {
    await page.goto(path);
    await expect(page.getByText('There is nothing at this address')).toBeVisible();
    await expectAccessible(page);
  });
}

test('a cut connection is said, and figures turn grey until it is back', async ({ nextPage: page }) => {
  let isCut = false;
  const cut: (() => Promise<void>)[] = [];
  await page.routeWebSocket(/\/live/, (socket) => {
    if (isCut) {
      void socket.close();
      return;
    }
    socket.connectToServer();
    cut.push(() => socket.close());
  });
  await page.goto('/');
  await settled(page);
  isCut = true;
  for (const end of cut) await end();
  await expect(page.locator('[data-freshness="disconnected"]')).toBeVisible();
  await expect(page.locator('[data-stale]').first()).toBeVisible();
  await expectAccessible(page);
  isCut = false;
  await expect(page.locator('[data-freshness="live"]')).toBeVisible({ timeout: 30_000 });
});

test('who may not see a page is told so', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: stackUnderTest.url });
  const page = await context.newPage();
  const { email, password } = await newOperator('viewer');
  await signIn(page, email, password);
  await page.goto('/');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Settings' })).toHaveCount(0);
  await page.goto('/settings/general');
  await expect(page.getByRole('heading', { name: 'Your role may not open this page' })).toBeVisible();
  await expectAccessible(page);
  await context.close();
});

/** The heading is there, nothing loads, and live figures have come. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[data-skeleton]')).toHaveCount(0);
  if ((await page.locator('[data-freshness]').count()) > 0)
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();
}

/** Console errors, exceptions and answers of 500 and more; the list fills while the page is used. */
function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
  });
  return faults;
}

/** Chooses as a person does, whose key or pointer brings the list to life first. */
async function choose(list: Locator, value: string): Promise<void> {
  await list.press('Shift');
  await list.selectOption(value);
}

/** What a reload must bring back: headings, chosen tabs, pressed buttons, order of tables, filled fields. */
function viewOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const chosen = 'h1, h2, [role="tab"][aria-selected="true"], [aria-pressed="true"], [aria-current]';
    const sorted = Array.from(
      document.querySelectorAll('[aria-sort]'),
      (header) => `${header.textContent} ${header.getAttribute('aria-sort')}`,
    );
    const texts = Array.from(document.querySelectorAll(chosen), (element) => element.textContent ?? '');
    const fields = Array.from(document.querySelectorAll('input, select, textarea'), (field) =>
      field instanceof HTMLInputElement && field.type === 'checkbox'
        ? `${field.id || field.name}:${field.checked}`
        : String(Reflect.get(field, 'value')),
    );
    return [...texts, ...sorted, ...fields.filter((value) => value !== '' && !value.startsWith(':'))];
  });
}

/** The first things of the page that one could click: they must be reachable. */
function firstActions(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('main :is(a[href], button:enabled, input:enabled)'))
      .filter(
        (element) =>
          element.tabIndex >= 0 && element.checkVisibility() && element.getClientRects().length > 0,
      )
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 200).replace(/\s(style|data-focused)="[^"]*"/g, '')),
  );
}

function longAnimations(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => {
        const duration = animation.effect?.getComputedTiming().duration;
        return animation.playState === 'running' && typeof duration === 'number' && duration > 50;
      })
      .map((animation) => String(Reflect.get(animation, 'animationName') ?? 'transition')),
  );
}
