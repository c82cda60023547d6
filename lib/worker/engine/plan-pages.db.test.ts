import { expect, it } from 'vitest';
import { loadCampaign } from '#lib/db/engine/campaigns.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { controlledEngine } from './control-testing.ts';
import { createPlanner } from './plan.ts';
import { seedFleet, vinOf } from './testing.ts';

const engine = await controlledEngine();
const { database } = engine;
const PAGE = 30;

/** A campaign over 200 vehicles that is about to be planned: seven pages, the last one not full. */
async function toBePlanned(): Promise<string> {
  await seedFleet(engine.harness, { count: 200, versionOf: (n) => (n % 4 === 0 ? '2.0.0' : '1.0.0') });
  const { campaignId } = await createCampaign(engine.harness.ctx, {
    name: 'BMS 2',
    releaseIds: ['bms-2'],
    waves: [
      { name: 'Half', size: { kind: 'percent', percent: 50 } },
      { name: 'Rest', size: { kind: 'rest' } },
    ],
  });
  await planAnew(campaignId);
  return campaignId;
}

async function planAnew(campaignId: string, cursor: string | null = null): Promise<void> {
  await database.pool.query(
    `UPDATE campaigns SET state = 'running', plan_state = 'planning', plan_cursor = $2, started_at = now() WHERE id = $1`,
    [campaignId, cursor],
  );
}

async function step(campaignId: string) {
  const campaign = await loadCampaign(database.pool, campaignId);
  if (!campaign) throw new Error('no campaign');
  return createPlanner(database.pool, 1, PAGE).step(campaign, engine.harness.clock.now());
}

async function planOn(campaignId: string): Promise<number> {
  for (let steps = 1; ; steps += 1) if ((await step(campaignId)).done) return steps;
}

async function rowsOf(campaignId: string) {
  const { rows } = await database.pool.query(
    'SELECT vin, wave, state, xmin::text AS written FROM assignments WHERE campaign_id = $1 ORDER BY vin',
    [campaignId],
  );
  return rows;
}

async function expectWhole(campaignId: string): Promise<void> {
  expect((await rowsOf(campaignId)).map(({ vin }) => vin)).toEqual(
    Array.from({ length: 200 }, (_, n) => vinOf(n)),
  );
  await engine.inSync(campaignId);
  expect(await engine.campaignOf(campaignId)).toMatchObject({ planState: 'planned', plannedCount: 200 });
  const job = await database.prisma.job.findUniqueOrThrow({ where: { id: `plan:${campaignId}` } });
  expect(job).toMatchObject({ state: 'done', total: 200n });
}

it('plans two pages at a time, each vehicle once', async () => {
  const campaignId = await toBePlanned();
  expect(await step(campaignId)).toEqual({ done: false, planned: 2 * PAGE });
  expect(await engine.campaignOf(campaignId)).toMatchObject({ planCursor: vinOf(2 * PAGE - 1) });
  await engine.inSync(campaignId);
  expect(await planOn(campaignId)).toBe(3);
  await expectWhole(campaignId);
  const job = await database.prisma.job.findUniqueOrThrow({ where: { id: `plan:${campaignId}` } });
  expect(job.done).toBe(200n);
});

it('keeps and counts once what was planned beyond the cursor by a worker that died before it moved', async () => {
  const campaignId = await toBePlanned();
  await step(campaignId);
  const before = await rowsOf(campaignId);
  await planAnew(campaignId);
  await step(campaignId);
  expect(await rowsOf(campaignId)).toEqual(before);
  await planAnew(campaignId, vinOf(PAGE - 1));
  await planOn(campaignId);
  expect((await rowsOf(campaignId)).slice(0, 2 * PAGE)).toEqual(before);
  await expectWhole(campaignId);
});

it('goes on after one of two pages failed, as if it had not', async () => {
  const campaignId = await toBePlanned();
  await database.pool.query(`ALTER TABLE assignments ADD CONSTRAINT broken CHECK (vin <> '${vinOf(40)}')`);
  try {
    await expect(step(campaignId)).rejects.toThrow('broken');
  } finally {
    await database.pool.query('ALTER TABLE assignments DROP CONSTRAINT broken');
  }
  expect(await rowsOf(campaignId)).toHaveLength(PAGE);
  await engine.inSync(campaignId);
  await planOn(campaignId);
  await expectWhole(campaignId);
});
