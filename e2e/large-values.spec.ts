import type { Page } from '@playwright/test';
import { openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { createEcuType } from '#lib/services/create-ecu-type.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, test } from './fixtures/browser.ts';
import { type EmptyConsole, startEmptyConsole } from './fixtures/empty-console.ts';

const word = 'Hochvoltbatteriemanagementsystemsteuergerät';
const campaignName = 'Verkehrszeichenerkennungsnachrüstung 4711';
const vin = 'WWWZZZZZZWW777777';
const counts = [
  [0, 'confirmed', 1_000_000],
  [0, 'failed', 1],
  [1, 'installing', 1_000_000],
  [1, 'downloading', 999_999],
  [1, 'notified', 123_456],
  [1, 'pending', 8_765_432],
  [1, 'unreachable', 1_000_000],
  [1, 'excluded', 1_000_000],
  [2, 'pending', 0],
] as const;

let empty: EmptyConsole;
let campaignId: string;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  empty = await startEmptyConsole();
  campaignId = await fill(empty);
});
test.afterAll(() => empty?.stop());

/** A campaign over millions, with the longest words that people use; only its counters say so. */
async function fill({ databaseUrl, sql }: EmptyConsole): Promise<string> {
  const db = openDatabase(databaseUrl, { max: 2, name: 'large values' });
  try {
    const ctx = systemContext(db, word);
    await createEcuType(ctx, { name: 'VERKEHRSZEICHENERKENNUNG', versionScheme: 'lineage' });
    await registerVehicle(ctx, {
      vin,
      model: `${word} ${word}`.slice(0, 60),
      modelYear: 2026,
      region: 'Mecklenburg-Vorpommern',
      timeZone: 'America/Argentina/ComodRivadavia',
      tags: [word.toLowerCase().replace('ä', 'ae'), 'x'],
    });
    const waves = [word, campaignName, 'Rest'].map((name, index) => ({
      name,
      size: index < 2 ? { kind: 'percent' as const, percent: 10 } : { kind: 'rest' as const },
    }));
    const made = await createCampaign(ctx, { name: campaignName, description: word, waves });
    const id = made.campaignId;
    await sql(`
      UPDATE campaigns SET state = 'running', started_at = now(), plan_state = 'planned', current_wave = 1 WHERE id = '${id}';
      INSERT INTO waves (campaign_id, number, name, state, started_at) VALUES
        ('${id}', 0, '${word}', 'finished', now()), ('${id}', 1, '${campaignName}', 'running', now()),
        ('${id}', 2, 'Rest', 'waiting', NULL) ON CONFLICT DO NOTHING;
      INSERT INTO assignment_counters (campaign_id, wave, state, acknowledged, shard, count) VALUES
        ${counts.map(([wave, state, count]) => `('${id}', ${wave}, '${state}', false, 0, ${count})`).join(', ')}`);
    return id;
  } finally {
    await db.close();
  }
}

const pages: readonly [string, () => string, RegExp][] = [
  ['overview', () => '/', /Verkehrszeichen/],
  ['campaigns', () => '/campaigns', /Verkehrszeichen/],
  ['campaign', () => `/campaigns/${campaignId}`, /1,000,000/],
  ['fleet', () => '/fleet', new RegExp(vin)],
  ['vehicle', () => `/fleet/${vin}`, new RegExp(vin)],
  ['catalog', () => '/catalog', /VERKEHRSZEICHENERKENNUNG/],
];

for (const [name, path, shows] of pages) {
  test(`${name}: millions, long names and German words break nothing`, async ({ page }) => {
    test.slow();
    await empty.signIn(page);
    await page.goto(`${empty.url}${path()}`);
    await expect(page.getByRole('main').getByText(shows).first()).toBeVisible();
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();
    for (const width of [390, 768, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await spilt(page), `${width} px`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await expectAccessible(page);
  });
}

/** Texts that stand over the edge of what frames them, where nothing scrolls or cuts with an ellipsis. */
function spilt(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(
      document.querySelector('main') ?? document.body,
      NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element?.checkVisibility() || node.textContent?.trim() === '') continue;
      if (element.closest('.sr-only, [aria-hidden="true"]')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { right, left, width } = range.getBoundingClientRect();
      const scrolls = (one: Element) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
      let frame: Element | null = element;
      while (frame && !scrolls(frame) && frame.tagName !== 'SECTION' && frame.tagName !== 'MAIN')
        frame = frame.parentElement;
      if (!frame || width === 0 || scrolls(frame)) continue;
      const edge = frame.getBoundingClientRect();
      if (right > edge.right + 1 || left < edge.left - 1)
        found.push(`${node.textContent} in ${frame.className}`);
    }
    return found;
  });
}
