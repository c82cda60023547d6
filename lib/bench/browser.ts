import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { ensureChromium } from '#e2e/fixtures/chromium.ts';
import type { BenchOptions } from './entry.ts';
import type { SignedIn } from './web.ts';

/** A real browser in which somebody is signed in. */
export async function openBrowser(defer: BenchOptions['defer'], web: SignedIn): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(() => undefined),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
    timeout: 120_000,
  });
  defer(() => browser.close());
  const context = await browser.newContext();
  await context.addCookies(
    web.cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: web.url };
    }),
  );
  return context;
}

/** Opens a page and waits until it is live. */
export async function openPage(context: BrowserContext, web: SignedIn, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${web.url}${path}`);
  await page.getByText('Live', { exact: false }).first().waitFor();
  return page;
}
