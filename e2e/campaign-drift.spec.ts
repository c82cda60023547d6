import type { Page } from '@playwright/test';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { openBackstage } from './fixtures/campaigns.ts';
import { newOperator } from './fixtures/operators.ts';

let stage: ReturnType<typeof openBackstage>;
test.beforeAll(() => {
  stage = openBackstage();
});
test.afterAll(() => stage.close());

const PREVIEW = '**/api/campaigns/preview';

/** Keeps the impact of the present from the page until it is released. */
async function holdPreviews(page: Page): Promise<{ release(): void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(PREVIEW, async (route) => {
    await promise;
    await route.continue();
  });
  return { release: resolve };
}

const said = /Never reported|never reported/;

test('a start whose impact drifted since the review says what moved, begins nothing, and asks again', async ({
  operatorPage: page,
}) => {
  const tag = `drift-start-${Date.now()}`;
  const { campaignId } = await stage.draft(`Drift ${tag}`, tag, {}, await stage.reportedVin());
  await page.goto(`/campaigns/${campaignId}/edit?step=review`);
  const start = page.getByRole('button', { name: 'Start campaign' });
  await expect(start).toBeEnabled();
  await stage.addVehicle('DRS', tag);
  const preview = await holdPreviews(page);
  const asked = page.waitForRequest(PREVIEW);
  await start.click();
  await asked;
  const alert = page.getByRole('alert').filter({ hasText: 'The impact changed since you reviewed it' });
  await expect(alert).toContainText(said);
  // Nobody can confirm the new figures before they are on the page.
  await expect(page.getByRole('button', { name: 'Requested …' })).toBeDisabled();
  preview.release();
  await expect(start).toBeEnabled();
  await expect(alert).toContainText('Nothing was begun');
  expect(await stage.db.prisma.campaign.findUnique({ where: { id: campaignId } })).toMatchObject({
    state: 'draft',
  });
  await page.getByRole('button', { name: 'I have looked' }).click();
  await expect(alert).toHaveCount(0);
  await start.click();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${campaignId}$`));
  await expect(page.getByTestId('standing')).toContainText(/Running|Planning/);
});

test('a resume whose impact drifted while it was paused opens the impact and asks again', async ({
  operatorPage: page,
}) => {
  const tag = `drift-resume-${Date.now()}`;
  const { campaignId } = await stage.draft(`Drift ${tag}`, tag, {}, await stage.reportedVin());
  await stage.start(campaignId);
  await page.goto(`/campaigns/${campaignId}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByTestId('standing')).toContainText('Paused');
  await stage.addVehicle('DRR', tag);
  await page.getByRole('button', { name: 'Resume' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('The impact is not what was reviewed');
  await expect(dialog.getByRole('alert')).toContainText(said);
  await expect(dialog).toContainText('Eligible now');
  await dialog.getByRole('button', { name: 'Resume with this impact' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('standing')).toContainText('Running');
});

test('an approval whose impact drifted is not given before the approver looked again', async ({
  browser,
}) => {
  const tag = `drift-approve-${Date.now()}`;
  const definition = { requiredApprovals: 1 };
  const { campaignId } = await stage.draft(`Drift ${tag}`, tag, definition, await stage.reportedVin());
  await stage.submit(campaignId);
  const { email, password } = await newOperator('approver');
  const page = await browser.newPage({ baseURL: stackUnderTest.url });
  await signIn(page, email, password);
  await page.goto(`/approvals/${campaignId}`);
  await page.getByLabel('Comment').fill('Looked at it on the bench.');
  const approve = page.getByRole('button', { name: 'Approve', exact: true });
  await expect(approve).toBeEnabled();
  await stage.addVehicle('DRA', tag);
  await approve.click();
  const alert = page.getByRole('alert').filter({ hasText: 'The impact changed since you reviewed it' });
  await expect(alert).toContainText(said);
  expect(await stage.db.prisma.approval.count({ where: { campaignId } })).toBe(0);
  await page.getByRole('button', { name: 'I have looked' }).click();
  await expect(page.getByLabel('Comment')).toHaveValue('Looked at it on the bench.');
  await approve.click();
  await expect(page.getByText('Your approval is recorded.')).toBeVisible();
  await page.close();
});
