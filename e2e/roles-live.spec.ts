import type { Locator, Page } from '@playwright/test';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { type ServiceContext, systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { newOperator, pageOf } from './fixtures/operators.ts';
import { playVehicles } from './fixtures/played-campaign.ts';

const deeds =
  /^(Edit|Start|Pause|Resume|Abort|Acknowledge|Retry|Exclude|Approve|Deny|Submit|Schedule|Delete|Open the next wave)\b/;

let db: Database;
test.beforeAll(() => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'roles test' });
});
test.afterAll(() => db.close());

/** Whatever one could do here: buttons and links that look like them. */
const offered = (page: Page): Locator =>
  page
    .getByRole('main')
    .getByRole('button', { name: deeds })
    .or(page.getByRole('main').getByRole('link', { name: deeds }));

const neverReload = (page: Page) => page.evaluate(() => Reflect.set(window, 'notReloaded', true));
const isSamePage = (page: Page) => page.evaluate(() => Reflect.get(window, 'notReloaded') === true);

test('an operator, an approver and a viewer see what the others do, live, and only what is theirs to do', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const [operator, approver, viewer] = [
    await newOperator('operator'),
    await newOperator('approver'),
    await newOperator('viewer'),
  ];
  const author = await db.prisma.user.findUniqueOrThrow({ where: { email: operator.email } });
  const ctx: ServiceContext = {
    ...systemContext(db, 'e2e'),
    actor: { kind: 'user', id: author.id, name: author.name, role: 'operator' },
  };
  const { release, vehicles, vins, name } = await playVehicles(ctx, 'RLS', 2);
  const { campaignId } = await createCampaign(ctx, {
    name,
    releaseIds: [release.id],
    target: { kind: 'text', field: 'vin', operator: 'in', values: vins },
    requiredApprovals: 1,
  });
  const [theirs, hers, his] = [
    await pageOf(browser, operator),
    await pageOf(browser, approver),
    await pageOf(browser, viewer),
  ];
  await theirs.goto(`/campaigns/${campaignId}/edit?step=review`);
  await hers.goto('/approvals');
  await his.goto(`/campaigns/${campaignId}`);
  for (const page of [theirs, hers, his]) {
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();
    await neverReload(page);
  }
  const standing = (page: Page) => page.getByTestId('standing');
  const row = hers.getByRole('row').filter({ hasText: name });
  await expect(row).toHaveCount(0);
  await expect(standing(his)).toContainText('A draft');
  await expect(offered(his)).toHaveCount(0);

  await theirs.getByRole('button', { name: 'Submit for approval' }).click();
  await expect(row).toContainText('Needs you');
  await expect(row).toContainText('0 of 1');
  await expect(standing(his)).toContainText(/approval/i);
  await theirs.waitForURL(/\/campaigns\/[^/]+$/);
  await expect(theirs.getByRole('button', { name: 'Start' })).toHaveCount(0);

  await hers.getByRole('link', { name: `Review ${name}` }).click();
  await hers.getByLabel('Comment').fill('Seen, and fine.');
  await hers.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(theirs.getByText('“Seen, and fine.”').first()).toBeVisible();
  await expect(theirs.getByRole('button', { name: 'Start' })).toBeVisible();
  await expect(his.getByText('“Seen, and fine.”').first()).toBeVisible();
  await expect(offered(his)).toHaveCount(0);

  await theirs.getByRole('button', { name: 'Start' }).click();
  await expect(standing(his)).toContainText('Running', { timeout: 20_000 });
  await hers.getByRole('link', { name: 'Open the campaign' }).click();
  await expect(standing(hers)).toContainText('Running');
  await expect(hers.getByRole('button', { name: /^(Abort|Edit|Retry)/ })).toHaveCount(0);

  await hers.getByRole('button', { name: 'Pause' }).click();
  for (const page of [theirs, his]) await expect(standing(page)).toContainText(`Paused`);
  await expect(standing(theirs)).toContainText(approver.name);
  await expect(theirs.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect(hers.getByRole('button', { name: 'Resume' })).toHaveCount(0);
  await expect(offered(his)).toHaveCount(0);

  await theirs.getByRole('button', { name: 'Resume' }).click();
  for (const page of [hers, his]) await expect(standing(page)).toContainText('Running', { timeout: 20_000 });
  for (const page of [theirs, hers, his]) {
    expect(await isSamePage(page)).toBe(true);
    await page.context().close();
  }
  await Promise.all(vehicles.map((vehicle) => vehicle.leave()));
});

test('a viewer sees every page and is offered nothing to change', async ({ browser }) => {
  const page = await pageOf(browser, await newOperator('viewer'));
  const changes =
    /^(New|Register|Import|Edit|Start|Pause|Abort|Approve|Deny|Release$|Withdraw|Upload|Declare|Replay$|Dismiss|Retire|Stop|Delete|Duplicate)\b/;
  for (const path of [
    '/',
    '/fleet',
    '/catalog',
    '/campaigns',
    '/approvals',
    '/audit',
    '/quarantine',
    '/health',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expect(page.locator('[data-freshness="live"]')).toBeVisible();
    const main = page.getByRole('main');
    const found = main.getByRole('button', { name: changes }).or(main.getByRole('link', { name: changes }));
    expect(await found.allTextContents(), path).toEqual([]);
  }
  await page.context().close();
});
