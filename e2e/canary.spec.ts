import { randomBytes } from 'node:crypto';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import type { Behaviour } from '#lib/tcu/behaviour.ts';
import { expect, test } from './fixtures/browser.ts';
import { draftRelease, newEcuType, uploadFile } from './fixtures/catalog.ts';
import { makeVin } from './fixtures/fleet.ts';
import { openRoad, type Road } from './fixtures/road.ts';
import { hardwareVersion, type TestVehicle } from './fixtures/test-vehicle.ts';

const good = 12;
const bad = 8;
const canary = { good: 3, bad: 2 };
const flawed = '1.0.1-flawed';
const failing: Partial<Behaviour> = {
  write: async () => ({ ok: false, code: 'flash_timeout', damaged: false }),
};

let road: Road;
test.beforeAll(async () => {
  road = await openRoad();
});
test.afterAll(() => road?.close());

test('a canary wave fails, the campaign pauses, its cause is read, the cluster excluded, the rest done', async ({
  operatorPage: page,
}) => {
  test.setTimeout(420_000);
  const ecuType = await newEcuType(page, 'semver');
  const releaseId = await draftRelease(page, { ecuType, version: '2.0.0', hardware: hardwareVersion });
  await uploadFile(page, 'image.bin', randomBytes(50_000));
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByText('Released', { exact: true }).first()).toBeVisible();

  const stamp = Date.now() % 1e8;
  const drive = async (index: number, version: string, behaviour: Partial<Behaviour>) => {
    const vehicle = await road.register(makeVin('CNY', stamp * 100 + index), { [ecuType]: version });
    road.drive(vehicle, behaviour);
    return vehicle;
  };
  const sound: TestVehicle[] = [];
  const doomed: TestVehicle[] = [];
  for (let index = 0; index < good; index++) sound.push(await drive(index, '1.0.0', {}));
  for (let index = 0; index < bad; index++) doomed.push(await drive(good + index, flawed, failing));
  const reported = () => road.db.prisma.ecu.count({ where: { type: ecuType } });
  await expect.poll(reported, { timeout: 30_000 }).toBe(good + bad);

  const first = [...sound.slice(0, canary.good), ...doomed.slice(0, canary.bad)].map(({ vin }) => vin);
  const name = `Canary ${stamp}`;
  const { campaignId } = await createCampaign(
    road.ctx,
    CampaignDefinition.parse({
      name,
      releaseIds: [releaseId],
      target: { kind: 'ecu', ecuType },
      waves: [
        {
          name: 'Canary',
          size: { kind: 'filter', filter: { kind: 'text', field: 'vin', operator: 'in', values: first } },
        },
        { name: 'Everyone', size: { kind: 'rest' } },
      ],
      errorThreshold: { rate: 0.1, minimumSample: 5 },
    }),
  );
  await page.goto(`/campaigns/${campaignId}`);
  await page.evaluate(() => Reflect.set(window, 'notReloaded', true));
  await page.getByRole('button', { name: 'Start' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Eligible now')).toBeVisible();
  await dialog.getByRole('button', { name: 'Start' }).click();

  await expect(page.getByTestId('standing')).toContainText(
    /by the error threshold.*2 of 5 finished failed, 40 % > 10 %/,
    { timeout: 60_000 },
  );
  const clusters = page.getByRole('region', { name: 'Failures by reason, ECU and from-version' });
  await expect(clusters).toContainText('flash_timeout');
  await expect(clusters).toContainText(flawed);
  const waiting = doomed.slice(canary.bad).map(({ vin }) => vin);
  const states = async (vins: string[]) => {
    const where = { campaignId, vin: { in: vins } };
    return new Set((await road.db.prisma.assignment.findMany({ where })).map(({ state }) => state));
  };
  expect(await states(waiting)).toEqual(new Set(['pending']));

  await clusters.getByRole('button', { name: 'Exclude' }).click();
  const exclude = page.getByRole('alertdialog');
  await expect(exclude).toContainText(flawed);
  await exclude.getByLabel('Why').fill('These need the workshop first');
  await exclude.getByRole('button', { name: 'Exclude' }).click();
  const leftOut = page.getByRole('region', { name: /left out/i });
  await expect(leftOut).toContainText(String(waiting.length));
  expect(await states(waiting)).toEqual(new Set(['excluded']));

  await page.getByRole('button', { name: 'Acknowledge and resume' }).click();
  await expect(dialog.getByText('Eligible now')).toBeVisible();
  await dialog.getByLabel('Why are these failures known and accepted?').fill('Known flaw of 1.0.1');
  await dialog.getByRole('button', { name: 'Acknowledge and resume' }).click();
  await expect(page.getByTestId('standing')).toContainText('Completed', { timeout: 60_000 });
  expect(await states(sound.map(({ vin }) => vin))).toEqual(new Set(['confirmed']));
  expect(await states(waiting)).toEqual(new Set(['excluded']));
  expect(await states(doomed.slice(0, canary.bad).map(({ vin }) => vin))).toEqual(new Set(['failed']));
  expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
});
