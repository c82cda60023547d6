import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { openDatabase } from '#lib/db/client.ts';
import { signIn, stackUnderTest } from './fixtures/browser.ts';
import setUpStack from './fixtures/browser-setup.ts';
import { ensureChromium } from './fixtures/chromium.ts';
import { prepareShowcase, type Showcase, sendBadMessages } from './fixtures/showcase.ts';
import { fillFleet, updatedVehicle, waitForCampaigns, waitForFleet } from './fixtures/showcase-progress.ts';
import { VIEWS, type View } from './fixtures/views.ts';

const help = `npm run screenshots -- [view…] [--full] [--out DIR]   pictures of every page and what opens in it, light and dark, 1440 and 390 px wide

Starts a stack of its own with a fleet and campaigns, and writes docs/screenshots/<view>-<theme>-<width>.png.
--full takes the whole page where it is higher than the window.
Views: ${VIEWS.map(({ name }) => name).join(', ')}.
ROADCAST_URL takes them of a stack that runs already, as it is; with ROADCAST_DATABASE_URL and
ROADCAST_MQTT_URL too it is filled with the campaigns first. ROADCAST_EMAIL and ROADCAST_PASSWORD sign in.
`;

const vehicles = 160;
const groups = {
  running: Array.from({ length: 100 }, (_, index) => index),
  pausing: Array.from({ length: 60 }, (_, index) => 100 + index),
};
/** What the vehicles of the simulated fleet do: enough of them fail that the second campaign stops itself. */
const fleetArgs = [
  ...['--fail-rate', '0', '--rollback-rate', '0', '--decline-rate', '0.02', '--install-seconds', '4'],
  ...['--force', '103=fail,107=rollback,111=fail,118=rollback,122=fail,127=decline,131=fail,136=rollback'],
];
const limitBytes = 200_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    full: { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, '../docs/screenshots') },
  },
});
if (values.help) process.stdout.write(help);
else await main();

async function main(): Promise<void> {
  const wanted = VIEWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const unknown = positionals.filter((name) => !VIEWS.some((view) => view.name === name));
  if (unknown.length > 0) throw new Error(`There is no view ${unknown.join(', ')}.\n${help}`);
  process.env.FLEET_VEHICLES ??= String(vehicles);
  process.env.FLEET_ARGS ??= fleetArgs.join(' ');
  const stopStack = await setUpStack();
  try {
    const showcase = await fillStack();
    const executablePath = await ensureChromium((text) => process.stderr.write(`${text}\n`));
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args: [...asRoot, '--disable-dev-shm-usage'] });
    try {
      await takeAll(browser, wanted, showcase);
    } finally {
      await browser.close();
    }
  } finally {
    await stopStack?.();
  }
}

async function fillStack(): Promise<Showcase> {
  const db = openDatabase(stackUnderTest.databaseUrl, { max: 4, name: 'roadcast-screenshots' });
  try {
    await fillFleet(db, vehicles);
    await waitForFleet(db, vehicles);
    const showcase = await prepareShowcase(db, groups);
    await sendBadMessages(stackUnderTest.mqttUrl, {
      username: process.env.ROADCAST_MQTT_USERNAME ?? 'roadcast-backend',
      password: process.env.ROADCAST_MQTT_PASSWORD ?? 'test-backend-password',
    });
    await waitForCampaigns(db, showcase);
    return { ...showcase, vin: await updatedVehicle(db, showcase) };
  } finally {
    await db.close();
  }
}

async function takeAll(browser: Browser, views: readonly View[], showcase: Showcase): Promise<void> {
  const out = resolve(values.out);
  await mkdir(out, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      const context = await browser.newContext({
        baseURL: stackUnderTest.url,
        viewport: { width, height: 900 },
        colorScheme,
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
      });
      const page = await context.newPage();
      await signIn(page);
      for (const one of views.filter(({ onlyAt = width }) => onlyAt === width)) {
        if (one.name === 'sign-in') await context.clearCookies();
        await page.goto(one.path(showcase));
        await settle(page);
        await one.open?.(page);
        if (one.open) await settle(page);
        const path = join(out, `${one.name}-${colorScheme}-${width}.png`);
        const picture = await shrink(await page.screenshot({ fullPage: values.full }));
        await writeFile(path, picture);
        await page.emulateMedia({ media: null });
        const size = picture.length;
        const note = size > limitBytes ? `  larger than ${limitBytes / 1000} kB` : '';
        process.stdout.write(`${path}  ${Math.round(size / 1000)} kB${note}\n`);
      }
      await context.close();
    }
  }
}

/** With a palette of 256 colours where the library for it came along with the pages' own. */
async function shrink(picture: Buffer): Promise<Buffer> {
  const library: string = 'sharp';
  const sharp = await import(library).catch(() => undefined);
  return sharp
    ? sharp.default(picture).png({ palette: true, compressionLevel: 9, effort: 7 }).toBuffer()
    : picture;
}

/** Nothing loads any more, live data is there, and overlays of the start are gone. */
async function settle(page: Page): Promise<void> {
  // An open dialog hides the heading from its role, not from the eye.
  await page.locator('h1').first().waitFor();
  await page
    .waitForFunction(
      () =>
        document.querySelector('[aria-busy="true"], [data-skeleton]') === null &&
        (document.querySelector('[data-freshness]') === null ||
          document.querySelector('[data-freshness="live"]') !== null) &&
        document.fonts.status === 'loaded',
      undefined,
      { timeout: 15_000 },
    )
    .catch(() => process.stderr.write(`${page.url()} did not come to rest; the picture shows how it was.\n`));
  // Layout that is measured after the first paint (charts, graphs) has its frames.
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        let frames = 20;
        const next = () => (--frames > 0 ? requestAnimationFrame(next) : done());
        next();
      }),
  );
}
