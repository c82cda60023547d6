import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/browser.ts';
import { openBackstage } from './fixtures/campaigns.ts';

let stage: ReturnType<typeof openBackstage>;
test.beforeAll(() => {
  stage = openBackstage();
});
test.afterAll(() => stage.close());

const rail = (page: Page, part: string) =>
  page.getByRole('complementary', { name: 'What it would do' }).getByRole('region', { name: part });

test('overlaps: who goes first is shown, and whether the others wait or are left out', async ({
  operatorPage: page,
}) => {
  const tag = `overlap-${Date.now()}`;
  await stage.addVehicle('VRL', tag);
  const first = await stage.draft(`First ${tag}`, tag, { priority: 90 });
  await stage.start(first.campaignId);
  const { campaignId } = await stage.draft(`Second ${tag}`, tag, { priority: 10 });
  await page.goto(`/campaigns/${campaignId}/edit?step=releases`);
  const conflicts = rail(page, 'Conflicts');
  await expect(conflicts).toContainText(`First ${tag}`);
  await expect(conflicts).toContainText('1 vehicle');
  await expect(conflicts).toContainText('The other goes first (priority 90); these wait for it.');
  await page.getByLabel(/Leave out vehicles whose ECUs a campaign with higher priority wants/).check();
  await expect(conflicts).toContainText('these are left out');
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await page.goto(`/campaigns/${campaignId}/edit?step=review`);
  await expect(
    page.getByText('vehicles that a campaign with higher priority wants are left out'),
  ).toBeVisible();
  await conflicts.getByRole('link', { name: `First ${tag}` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`First ${tag}`);
});

test('skilled persons: their vehicles are left out until the campaign is theirs to carry out', async ({
  operatorPage: page,
}) => {
  const tag = `skilled-${Date.now()}`;
  const vin = await stage.addVehicle('SKL', tag, true);
  await stage.addVehicle('SKL', tag);
  const { campaignId } = await stage.draft(`Skilled ${tag}`, tag);
  await page.goto(`/campaigns/${campaignId}/edit?step=releases`);
  const reason = rail(page, 'Eligibility').getByRole('button', {
    name: 'Skilled person only: show 1 vehicle',
  });
  await reason.click();
  await expect(page.getByRole('dialog').getByRole('link', { name: vin })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByLabel(/Carried out by skilled persons/).check();
  await expect(reason).toHaveCount(0);
  await expect(
    rail(page, 'Eligibility').getByRole('button', { name: /^Never reported: show 2/ }),
  ).toBeVisible();
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await page.reload();
  await expect(page.getByLabel(/Carried out by skilled persons/)).toBeChecked();
  await page.goto(`/campaigns/${campaignId}/edit?step=review`);
  await expect(page.getByText('also what only they may install is offered')).toBeVisible();
});

test('figures of the preview lead to the vehicles that they count', async ({ operatorPage: page }) => {
  const tag = `figures-${Date.now()}`;
  const vins = [await stage.addVehicle('FGR', tag), await stage.addVehicle('FGR', tag)];
  const { campaignId } = await stage.draft(`Figures ${tag}`, tag);
  await page.goto(`/campaigns/${campaignId}/edit`);
  await expect(page.getByTestId('eligible-count')).toHaveText('0');
  const waiting = rail(page, 'Eligibility').getByRole('button', {
    name: /(fall away|Left out): show 2 vehicles/,
  });
  await waiting.click();
  for (const vin of vins)
    await expect(page.getByRole('dialog').getByRole('link', { name: vin })).toBeVisible();
});
