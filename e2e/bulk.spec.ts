import { readFile } from 'node:fs/promises';
import { openDatabase } from '#lib/db/client.ts';
import { announceChange } from '#lib/services/announce-change.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, stackUnderTest, test } from './fixtures/browser.ts';
import { importVehicles, makeVin } from './fixtures/fleet.ts';

const header = 'vin,model,modelYear,region,timeZone,tags';

test('a large import goes on when its page is left and reloaded; faults and credentials are kept', async ({
  operatorPage: page,
}) => {
  test.slow();
  const stamp = Date.now() % 1e6;
  const count = 6_000;
  const lines = Array.from({ length: count }, (_, n) =>
    n % 1_000 === 7
      ? `BAD${n},Bulk,2025,DE,Europe/Berlin,bulk-${stamp}`
      : `${makeVin('BLK', stamp * 10_000 + n)},Bulk,2025,DE,Europe/Berlin,bulk-${stamp}`,
  );
  await page.goto('/fleet');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  const name = `bulk-${stamp}.csv`;
  await dialog.getByLabel('CSV file').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from([header, ...lines].join('\n')),
  });
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('list', { name: 'The import' })).toContainText(name);
  await page.goto('/settings/jobs');
  await page.reload();
  const job = page.getByRole('listitem').filter({ hasText: name });
  await expect(job).toContainText('Done', { timeout: 60_000 });
  await expect(job.getByRole('status')).toHaveText('5,994 registered, 0 unchanged, 6 faults');
  await expectAccessible(page);

  const download = async (link: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      job.getByRole('link', { name: link }).click(),
    ]);
    return (await readFile((await file.path()) ?? '', 'utf8')).trim().split('\n');
  };
  const faults = await download('Faults');
  expect(faults).toHaveLength(7);
  expect(faults[1]).toMatch(/^9,vin,BAD7,/);
  expect(await download('Download credentials')).toHaveLength(count - 6 + 1);

  await page.goto(`/fleet?q=${encodeURIComponent(`tag = "bulk-${stamp}"`)}`);
  await expect(page.getByTestId('fleet-count')).toHaveText('5,994 vehicles');
});

test('all that a filter selects is tagged as a job', async ({ operatorPage: page }) => {
  const stamp = Date.now();
  const vehicles = Array.from({ length: 7 }, (_, n) => ({
    vin: makeVin('TAG', (stamp % 1e8) * 10 + n),
    model: 'Aurora',
    tags: `old-${stamp}`,
  }));
  await importVehicles(page, vehicles);
  await page.goto(`/fleet?q=${encodeURIComponent(`tag = "old-${stamp}"`)}`);
  await expect(page.getByTestId('fleet-count')).toHaveText('7 vehicles');
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Tag 7 vehicles' });
  await expect(dialog.getByRole('button', { name: 'Tag 7 vehicles' })).toBeDisabled();
  await dialog.getByLabel('Add tags').fill(`new-${stamp}, winter`);
  await dialog.getByLabel('Remove tags').fill(`old-${stamp}`);
  await dialog.getByRole('button', { name: 'Tag 7 vehicles' }).click();
  await expect(page.getByTestId('fleet-count')).toHaveText('0 vehicles', { timeout: 20_000 });
  await page.goto(`/fleet?q=${encodeURIComponent(`tag = "new-${stamp}" and tag = "winter"`)}`);
  await expect(page.getByTestId('fleet-count')).toHaveText('7 vehicles');
  await page.goto('/settings/jobs');
  await expect(page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').first()).toContainText(
    /Tag vehicles.*Done.*7 of 7/,
  );
});

test('pasted VINs become the list; those that are not registered are named, very many get a tag', async ({
  operatorPage: page,
}) => {
  const stamp = Date.now() % 1e6;
  const vehicles = Array.from({ length: 130 }, (_, n) => ({
    vin: makeVin('PST', stamp * 1_000 + n),
    model: 'Aurora',
  }));
  await importVehicles(page, vehicles);
  const vins = vehicles.map(({ vin }) => vin);
  await page.goto('/fleet');
  const paste = async (text: string) => {
    await page.getByRole('button', { name: 'VINs' }).click();
    await page.getByRole('dialog').getByLabel('VINs').fill(text);
    await page.getByRole('dialog').getByRole('button', { name: 'Find' }).click();
  };
  await paste(`${vins[0]?.toLowerCase()};\n"${vins[1]}"\tWVWZZZ1JZXW999999`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('status')).toContainText('1 of 3 is not registered:');
  await expect(dialog.getByRole('status')).toContainText('WVWZZZ1JZXW999999');
  await dialog.getByRole('button', { name: 'Show the 2 that are registered' }).click();
  await expect(page.getByTestId('fleet-count')).toHaveText('2 vehicles');
  await expect(page).toHaveURL(/q=vin/);

  await paste(vins.join('\n'));
  await expect(dialog).toContainText('130 are registered. That is more than an address holds');
  await dialog.getByLabel('Add tags').fill(`pasted-${stamp}`);
  await dialog.getByRole('button', { name: 'Tag 130 vehicles' }).click();
  await expect(page.getByTestId('fleet-count')).toHaveText('130 vehicles', { timeout: 20_000 });
  await expect(page.getByRole('textbox', { name: 'Filter vehicles' })).toHaveValue(
    new RegExp(`pasted-${stamp}`),
  );
});

test('long lists are paged: jobs and releases come further, in their order, and as CSV', async ({
  operatorPage: page,
}) => {
  const stamp = Date.now().toString(36).toUpperCase();
  const db = openDatabase(stackUnderTest.databaseUrl, { max: 1, name: 'roadcast-e2e' });
  try {
    const type = { name: `LIST-${stamp}`, versionScheme: 'semver' };
    await db.prisma.ecuType.create({ data: type });
    await db.prisma.release.createMany({
      data: Array.from({ length: 130 }, (_, n) => ({
        id: `${stamp}-${n}`,
        ecuType: type.name,
        version: `1.${n}.0`,
        hardwareVersions: ['H'],
        fromVersions: { kind: 'any' },
        preconditions: {},
        createdBy: 'e2e',
      })),
    });
    await db.prisma.job.createMany({
      data: Array.from({ length: 60 }, (_, n) => ({
        id: `${stamp}-job-${n}`,
        kind: 'tag_vehicles',
        input: {},
        state: 'done',
        createdBy: `e2e ${stamp}`,
        createdAt: new Date(Date.now() - 86_400_000),
      })),
    });
    // As services do: a page that another browser has just left would else be told what stood there before.
    await announceChange(db.prisma, 'job');
  } finally {
    await db.close();
  }
  await page.goto(`/catalog?view=releases&q=list-${stamp.toLowerCase()}&sort=ecuType&desc=false`);
  await expect(page.getByTestId('release-count')).toContainText('130 of');
  const rows = page.getByRole('region', { name: 'Releases' }).locator('tbody tr');
  await expect(rows).toHaveCount(100);
  await expect(rows.first()).toContainText('1.0.0');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(130);
  await page.getByRole('button', { name: 'ECU type', exact: true }).click();
  await expect(page).toHaveURL(/desc=true|sort=ecuType(?!.*desc=false)/);
  await expect(rows.first()).toContainText('1.99.0');
  const csv = await page.request.get(`/api/catalog/releases/export?q=list-${stamp.toLowerCase()}`);
  expect((await csv.text()).trim().split('\n')).toHaveLength(131);

  await page.goto('/settings/jobs');
  await expect(page.locator('[data-freshness="live"]')).toBeVisible();
  const jobs = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
  await expect(jobs).toHaveCount(50);
  await page.getByRole('button', { name: 'Show older' }).click();
  await expect.poll(() => jobs.count()).toBeGreaterThan(59);
});
