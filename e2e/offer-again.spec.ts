import { randomBytes } from 'node:crypto';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';
import { makeVin } from './fixtures/fleet.ts';
import { openRoad, type Road } from './fixtures/road.ts';
import { hardwareVersion } from './fixtures/test-vehicle.ts';

let road: Road;
test.beforeAll(async () => {
  road = await openRoad();
});
test.afterAll(() => road?.close());

test('an owner refuses, a person offers again, the update is proven, and what ran before is known', async ({
  operatorPage: page,
}) => {
  test.setTimeout(240_000);
  const ecuType = await newEcuType(page, 'semver');
  const releaseId = await draftRelease(page, { ecuType, version: '2.0.0', hardware: hardwareVersion });
  await uploadFile(page, 'image.bin', randomBytes(50_000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();

  let agrees = false;
  const vin = makeVin('AGN', Date.now() % 1e9);
  const vehicle = await road.register(vin, { [ecuType]: '1.0.0' });
  road.drive(vehicle, {
    answer: () => (agrees ? { kind: 'accept' } : { kind: 'decline', code: 'owner_declined' }),
  });
  // One that stays away keeps the campaign running when the other has refused.
  const away = await road.register(makeVin('AWY', Date.now() % 1e9), { [ecuType]: '1.0.0' });
  road.drive(away);
  const known = () => road.db.prisma.ecu.count({ where: { type: ecuType } });
  await expect.poll(known, { timeout: 30_000 }).toBe(2);
  await road.park(away);
  const before = new Date();

  const definition = CampaignDefinition.parse({
    name: `Again ${vin}`,
    releaseIds: [releaseId],
    target: { kind: 'text', field: 'vin', operator: 'in', values: [vin, away.vin] },
  });
  const { campaignId } = await createCampaign(road.ctx, definition);
  const { digest } = await previewCampaign(road.ctx, { campaignId });
  await startCampaign(road.ctx, { campaignId, digest });

  await page.goto(`/fleet/${vin}`);
  const campaigns = page.getByRole('region', { name: 'Campaigns of this vehicle' });
  await expect(campaigns.getByTestId('assignment-state')).toContainText('Declined', { timeout: 60_000 });
  await expect(page.getByTestId('why-not')).toContainText(/owner/i);
  agrees = true;
  await campaigns.getByRole('button', { name: 'Offer again' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(vin);
  await dialog.getByRole('button', { name: 'Offer again' }).click();
  await expect(campaigns.getByTestId('assignment-state')).toContainText('Confirmed', { timeout: 90_000 });
  await expect(campaigns.getByRole('button', { name: 'Offer again' })).toHaveCount(0);

  const audit = await page.request.get(
    `/api/audit/export?action=campaign.offer_again&subject=campaign&id=${campaignId}`,
  );
  expect((await audit.text()).trim().split('\n')).toHaveLength(2);
  const csv = await page.request.get(`/api/vehicles/${vin}/campaigns/export`);
  expect(await csv.text()).toContain(`${campaignId},Again ${vin}`);

  await page.getByRole('tab', { name: 'Version history' }).click();
  const history = page.getByRole('region', { name: 'Version history' });
  await expect(history).toContainText('2.0.0');
  await page.getByLabel('What ran at (UTC)').fill('2020-01-01T00:00');
  await expect(page.getByText('the vehicle had not reported yet')).toBeVisible();
  await expect(page).toHaveURL(/at=2020-01-01/);
  const later = new Date(Date.now() + 120_000).toISOString().slice(0, 16);
  await page.getByLabel('What ran at (UTC)').fill(later);
  await expect(page.getByRole('region', { name: /What ran at .* UTC/ })).toContainText('2.0.0');
  // The page asks by the minute, which is too coarse for a test; what it asks knows the instant.
  const then = await page.request.get(`/api/vehicles/${vin}/versions?at=${before.toISOString()}`);
  expect(await then.json()).toMatchObject([{ ecuId: ecuType, softwareVersion: '1.0.0' }]);
  await expectAccessible(page);
});
