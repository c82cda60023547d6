import { type Database, openDatabase } from '#lib/db/client.ts';
import { systemContext } from '#lib/services/context.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, signIn, stackUnderTest, test } from './fixtures/browser.ts';
import { newOperator } from './fixtures/operators.ts';
import { prepareCampaign } from './fixtures/played-campaign.ts';
import type { PlayedVehicle } from './fixtures/played-vehicle.ts';

let db: Database;
const played: PlayedVehicle[] = [];
test.beforeAll(() => {
  db = openDatabase(stackUnderTest.databaseUrl, { max: 2, name: 'monitor test' });
});
test.afterEach(async () => {
  await Promise.all(played.splice(0).map((vehicle) => vehicle.leave()));
});
test.afterAll(() => db.close());

async function prepare(mark: string, count: number, definition: Record<string, unknown> = {}) {
  const prepared = await prepareCampaign(systemContext(db, 'test'), mark, count, definition);
  played.push(...prepared.vehicles);
  return prepared;
}

test('a failure pauses the campaign by itself; its cause is read, its cluster retried, and it is resumed to the end', async ({
  operatorPage: page,
}) => {
  test.setTimeout(180_000);
  const { release, vehicles, name, campaignId } = await prepare('MNT', 3, {
    errorThreshold: { rate: 0.1, minimumSample: 1 },
  });
  const [first, ...others] = vehicles;
  if (!first) throw new Error('no vehicle');
  await page.goto(`/campaigns/${campaignId}`);
  await expect(page.getByTestId('standing')).toContainText('A draft');
  await page.getByRole('button', { name: 'Start' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Eligible now')).toBeVisible();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByTestId('standing')).toContainText('Running', { timeout: 30_000 });

  await Promise.all(vehicles.map((vehicle) => vehicle.offered(campaignId)));
  await expect(page.getByTestId('event-stream')).toContainText('Notified');
  for (const phase of ['received', 'accepted', 'downloading', 'verified', 'installing'] as const) {
    await first.say(campaignId, phase);
  }
  await first.say(campaignId, 'failed', { code: 'flash_timeout', ecuId: release.type });

  await expect(page.getByTestId('standing')).toContainText(
    /by the error threshold.*1 of 1 finished failed, 100 % > 10 %/,
  );
  const clusters = page.getByRole('region', { name: 'Failures by reason, ECU and from-version' });
  await expect(clusters).toContainText('flash_timeout');
  await expect(clusters).toContainText(release.from);

  await clusters.getByRole('link', { name: '1', exact: true }).click();
  await expect(page).toHaveURL(/reason=flash_timeout/);
  await expect(page.getByTestId('assignment-count')).toHaveText('1 vehicle');
  await expect(page.getByRole('link', { name: first.vin }).last()).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('assignment-count')).toHaveText('1 vehicle');

  await clusters.getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make the campaign' }).click();
  await expect(page.getByText(/^retry of /)).toBeVisible();
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(page.getByText('Retries')).toBeVisible();

  await page.getByRole('button', { name: 'Acknowledge and resume' }).click();
  await expect(dialog.getByText('Eligible now')).toBeVisible();
  const resume = dialog.getByRole('button', { name: 'Acknowledge and resume' });
  await expect(resume).toBeDisabled();
  await dialog.getByLabel('Why are these failures known and accepted?').fill('A known loose connector');
  await resume.click();
  await expect(page.getByTestId('standing')).toContainText(/Running|Completed/);
  for (const vehicle of others) await vehicle.report(release.version);
  await expect(page.getByTestId('standing')).toContainText('Completed', { timeout: 30_000 });
  await expect(page.getByText('acknowledged failures')).toBeVisible();

  // A replay stands still at what the course knew when it was opened: open it until the end is in it.
  await expect(async () => {
    const back = page.getByRole('button', { name: 'Back to live' });
    if (await back.isVisible()) await back.click();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('slider', { name: 'Instant of the replay' }).press('End');
    const events = page.getByRole('list', { name: /^Events up to/ });
    await expect(events).toContainText('Confirmed', { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(page);

  // Opened from the list, it shows all its vehicles all the same.
  await page.goto(`/campaigns?q=${encodeURIComponent(name)}&state=completed`);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page).toHaveURL(/list=/);
  await expect(page.getByTestId('assignment-count')).toHaveText(`${vehicles.length} vehicles`);
});

test('two people see each other act; a pause is at once, an abort asks for the name', async ({
  operatorPage: page,
  browser,
}) => {
  test.setTimeout(120_000);
  const { name, campaignId, vehicles } = await prepare('ABT', 2, {
    waves: [
      { name: 'First', size: { kind: 'count', count: 1 }, gate: { manual: true } },
      { name: 'Rest', size: { kind: 'rest' } },
    ],
  });
  const { email, password } = await newOperator('viewer');
  const other = await browser.newPage();
  await signIn(other, email, password);
  await other.goto(`/campaigns/${campaignId}`);
  await expect(other.getByTestId('standing')).toContainText('A draft');
  await expect(other.getByRole('button', { name: 'Start' })).toHaveCount(0);

  await page.goto(`/campaigns/${campaignId}`);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await expect(other.getByTestId('standing')).toContainText('Running Wave 1', { timeout: 30_000 });
  await expect.poll(() => db.prisma.assignment.count({ where: { campaignId } })).toBe(vehicles.length);

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(other.getByTestId('standing')).toContainText('Paused');
  await expect(other.getByRole('button', { name: 'Resume' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Abort' }).click();
  const confirm = page.getByRole('alertdialog');
  const abort = confirm.getByRole('button', { name: 'Abort for good' });
  await confirm.getByLabel(/Cancel all/).check();
  await expect(abort).toBeDisabled();
  await confirm.getByLabel(/to confirm/).fill(name);
  await abort.click();
  await expect(other.getByTestId('standing')).toContainText('Aborted');
  await expect(page.getByText('aborted the campaign')).toBeVisible();

  await page.getByRole('button', { name: 'Replay' }).click();
  const course = page.waitForResponse(/course\?wave=2$/);
  await page.getByLabel('What is replayed').selectOption('2');
  const { counts } = await (await course).json();
  expect(Object.values(counts)).toEqual([1]);
  await expect(page.getByRole('slider', { name: 'Instant of the replay' })).toBeVisible();

  const csv = await page.request.get(`${stackUnderTest.url}/api/campaigns/${campaignId}/export`);
  const lines = (await csv.text()).trim().split('\n');
  expect(lines).toHaveLength(vehicles.length + 1);
  await other.close();
});

test('the stream of events stands still under the pointer and goes on after it', async ({
  operatorPage: page,
}) => {
  test.setTimeout(120_000);
  const { campaignId, vehicles } = await prepare('STR', 1);
  const [vehicle] = vehicles;
  if (!vehicle) throw new Error('no vehicle');
  await page.goto(`/campaigns/${campaignId}`);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await vehicle.offered(campaignId);
  const stream = page.getByTestId('event-stream');
  await expect(stream).toContainText('Notified', { timeout: 20_000 });
  await stream.hover();
  await vehicle.say(campaignId, 'received');
  await expect(page.getByText(/Held, \d+ new/)).toBeVisible();
  await expect(stream).not.toContainText('Acknowledged');
  await page.mouse.move(0, 0);
  await expect(stream).toContainText('Acknowledged');
});
