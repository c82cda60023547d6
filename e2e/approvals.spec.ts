import type { Browser, Page } from '@playwright/test';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { openBackstage } from './fixtures/campaigns.ts';
import { newOperator } from './fixtures/operators.ts';

let stage: ReturnType<typeof openBackstage>;
test.beforeAll(() => {
  stage = openBackstage();
});
test.afterAll(() => stage.close());

async function approverPage(browser: Browser): Promise<Page> {
  const { email, password } = await newOperator('approver');
  const page = await browser.newPage({ baseURL: stackUnderTest.url });
  await signIn(page, email, password);
  return page;
}

const waiting = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'Campaigns that await approval' })
    .getByRole('row')
    .filter({ hasText: name });

async function decide(
  page: Page,
  campaignId: string,
  word: 'Approve' | 'Deny',
  comment: string,
): Promise<void> {
  await page.goto(`/approvals/${campaignId}`);
  await page.getByLabel('Comment').fill(comment);
  await page.getByRole('button', { name: word, exact: true }).click();
}

test('a quorum of two: each counts once, an edit voids, what changed since is shown', async ({
  operatorPage: author,
  browser,
}) => {
  test.setTimeout(150_000);
  const tag = `quorum-${Date.now()}`;
  const name = `Quorum ${tag}`;
  await stage.addVehicle('CRM', tag);
  const { campaignId } = await stage.draft(name, tag, { requiredApprovals: 2 });
  await stage.submit(campaignId);
  const [first, second] = [await approverPage(browser), await approverPage(browser)];

  await decide(first, campaignId, 'Approve', 'The canary ran on our bench.');
  await expect(first.getByText('Your approval is recorded.')).toBeVisible();
  await first.goto('/approvals');
  const row = waiting(first, name);
  await expect(row).toContainText('1 of 2');
  await expect(row).toContainText('You approved');
  await second.goto('/approvals');
  await expect(waiting(second, name)).toContainText('Needs you');

  await author.goto(`/campaigns/${campaignId}/edit?step=thresholds`);
  await expect(author.getByText('voids its approvals')).toBeVisible();
  await author.getByLabel('Pause when more than, % of finished fail').fill('3');
  await expect(author.getByTestId('save-state')).toContainText('Draft saved');
  await stage.submit(campaignId);

  // Whoever changed it has a hand in it, though another made it.
  await author.goto('/approvals');
  await expect(waiting(author, name)).toContainText('yours: others decide');
  await author.goto(`/approvals/${campaignId}`);
  await expect(author.getByText('You made, changed or submitted this campaign.')).toBeVisible();

  await first.goto(`/approvals/${campaignId}`);
  const changes = first.getByRole('region', { name: 'Changes since the last approval' });
  await expect(changes).toContainText('10 %');
  await expect(changes).toContainText('3 %');
  await expect(first.getByRole('region', { name: 'Decisions on this campaign' })).toContainText('void since');
  await decide(first, campaignId, 'Approve', 'A tighter threshold: better still.');
  await expect(first.getByText('Your approval is recorded.')).toBeVisible();
  await decide(second, campaignId, 'Approve', 'Agreed.');
  await expect(second.getByText('Your approval is recorded.')).toBeVisible();
  await expect(author.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(author.getByText('It awaits no approval: it is scheduled.')).toBeVisible();
  await Promise.all([first.close(), second.close()]);
});

test('a denial with its comment sends the campaign back to its author', async ({
  operatorPage: author,
  browser,
}) => {
  const tag = `deny-${Date.now()}`;
  const name = `Turned down ${tag}`;
  await stage.addVehicle('DNY', tag);
  const { campaignId } = await stage.draft(name, tag, { requiredApprovals: 1 });
  await stage.submit(campaignId);
  const approver = await approverPage(browser);
  await author.goto(`/campaigns/${campaignId}`);
  await expect(author.getByTestId('standing')).toContainText('0 of 1 given');
  await approver.goto(`/approvals/${campaignId}`);
  await expect(approver.getByRole('button', { name: 'Deny' })).toBeDisabled();
  await decide(approver, campaignId, 'Deny', 'No rollback was tried.');
  await expect(approver.getByText('It is denied and a draft again.')).toBeVisible();
  await expect(author.getByTestId('standing')).toContainText('A draft');
  await expect(author.getByText('“No rollback was tried.”').first()).toBeVisible();
  await approver.goto('/approvals');
  const decided = approver.getByRole('region', { name: 'Latest decisions' });
  await expect(decided.getByRole('row').filter({ hasText: name })).toContainText('Denied');
  await approver.close();
});

test('what changes elsewhere does not take the buttons away from who is about to press them', async ({
  browser,
}) => {
  const tag = `steady-${Date.now()}`;
  await stage.addVehicle('STD', tag);
  const { campaignId } = await stage.draft(`Steady ${tag}`, tag, { requiredApprovals: 3 });
  await stage.submit(campaignId);
  const [watcher, other] = [await approverPage(browser), await approverPage(browser)];
  await watcher.goto(`/approvals/${campaignId}`);
  await watcher.getByLabel('Comment').fill('Read twice.');
  const deny = watcher.getByRole('button', { name: 'Deny', exact: true });
  await expect(deny).toBeEnabled();
  await deny.evaluate((button) => {
    new MutationObserver(() => button.setAttribute('data-was-disabled', 'true')).observe(button, {
      attributeFilter: ['disabled'],
    });
  });
  await decide(other, campaignId, 'Approve', 'Fine by me.');
  const decisions = watcher.getByRole('region', { name: 'Decisions on this campaign' });
  await expect(decisions).toContainText('Fine by me.');
  await expect(deny).toBeEnabled();
  await expect(deny).not.toHaveAttribute('data-was-disabled');
  await Promise.all([watcher.close(), other.close()]);
});
