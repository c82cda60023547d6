import { randomBytes } from 'node:crypto';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { expect, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';
import { makeVin } from './fixtures/fleet.ts';
import { openRoad, type Road } from './fixtures/road.ts';
import { expectTrueCounts } from './fixtures/shown-counts.ts';
import { hardwareVersion } from './fixtures/test-vehicle.ts';

const size = 6;

let road: Road;
test.beforeAll(async () => {
  road = await openRoad();
});
test.afterAll(() => road?.close());

test('one message to many: chosen in the wizard, announced once, answered and proven by every vehicle', async ({
  operatorPage: page,
}) => {
  test.setTimeout(120_000);
  const ecuType = await newEcuType(page, 'semver');
  const releaseId = await draftRelease(page, { ecuType, version: '2.0.0', hardware: hardwareVersion });
  await uploadFile(page, 'image.bin', randomBytes(20_000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();
  const stamp = Date.now() % 1e8;
  for (let index = 0; index < size; index++)
    road.drive(await road.register(makeVin('BRC', stamp * 10 + index), { [ecuType]: '1.0.0' }));
  const reported = () => road.db.prisma.ecu.count({ where: { type: ecuType } });
  await expect.poll(reported, { timeout: 30_000 }).toBe(size);
  const { campaignId } = await createCampaign(road.ctx, {
    name: `Broadcast ${stamp}`,
    releaseIds: [releaseId],
    target: { kind: 'ecu', ecuType },
    waves: [{ name: 'Five at once', size: { kind: 'count', count: 5 } }],
  });

  await page.goto(`/campaigns/${campaignId}/edit?step=releases`);
  // What the rail counts has been asked for by the page: from then on it answers to what is chosen.
  await expect(page.getByTestId('eligible-count')).toHaveText(String(size));
  await page.getByLabel('Messages').selectOption('broadcast');
  await page.getByLabel('Answers spread, seconds').fill('0');
  const steps = page.getByRole('navigation', { name: 'Steps' });
  await steps.getByRole('button', { name: /Review/ }).click();
  await expect(page.getByText(/Broadcast takes waves by percent and a rest at the end/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start campaign' })).toBeDisabled();
  await steps.getByRole('button', { name: /Waves/ }).click();
  await page.getByRole('button', { name: 'All at once' }).click();
  await steps.getByRole('button', { name: /Review/ }).click();
  await expect(page.getByTestId('save-state')).toContainText('Draft saved');
  await page.getByRole('button', { name: 'Start campaign' }).click();
  await page.waitForURL(/\/campaigns\/[^/]+$/, { timeout: 20_000 });
  await expect(page.getByText(/broadcast, QoS/)).toBeVisible();

  await expect(page.getByTestId('standing')).toContainText('Completed', { timeout: 60_000 });
  await expectTrueCounts(page, road.db, campaignId);
  const states = await road.db.prisma.assignment.groupBy({
    by: ['state'],
    where: { campaignId },
    _count: true,
  });
  expect(states.map(({ state, _count }) => [state, _count])).toEqual([['confirmed', size]]);
  const announced = await road.db.prisma.announcement.groupBy({
    by: ['wave'],
    where: { campaignId },
    _count: true,
  });
  expect(announced.map(({ wave, _count }) => [wave, _count])).toEqual([[0, 1]]);
});
