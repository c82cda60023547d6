import { expect, it } from 'vitest';
import { type EngineCampaign, loadCampaign } from '#lib/db/engine/campaigns.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { controlledEngine } from './control-testing.ts';
import { createPlanner } from './plan.ts';
import { seedFleet } from './testing.ts';

const engine = await controlledEngine();
const { database } = engine;

async function planning(id: string): Promise<EngineCampaign> {
  await database.pool.query(
    `UPDATE campaigns SET state = 'running', plan_state = 'planning', plan_cursor = NULL, started_at = now() WHERE id = $1`,
    [id],
  );
  const campaign = await loadCampaign(database.pool, id);
  if (!campaign) throw new Error('no campaign');
  return campaign;
}

async function planned(campaignId: string) {
  const { rows } = await database.pool.query(
    `SELECT vin, wave, state, due_at IS NOT NULL AS due, configuration_key, steps, targets, reasons, reason_code,
            phase_at IS NOT NULL AS begun, finished_at IS NOT NULL AS finished
     FROM assignments WHERE campaign_id = $1 ORDER BY vin`,
    [campaignId],
  );
  return rows;
}

/** A fleet in which every circumstance that a decision rests on differs somewhere. */
async function seedMixedFleet(): Promise<string[]> {
  const vins = await seedFleet(engine.harness, {
    count: 400,
    versionOf: (n) => (['1.0.0', '1.5.0', '2.0.0', '3.0.0', 'odd'] as const)[n % 5] ?? '1.0.0',
    onlineOf: (n) => n % 3 !== 0,
    modelOf: (n) => (n % 7 === 0 ? 'Heron' : 'Falcon'),
  });
  const every = (step: number, sql: string) =>
    database.pool.query(sql, [vins.filter((_, n) => n % step === 0)]);
  await every(11, 'UPDATE vehicles SET skilled_person_only = true WHERE vin = ANY($1)');
  await every(13, 'UPDATE vehicles SET complete = false WHERE vin = ANY($1)');
  await every(17, 'UPDATE vehicle_states SET tcu_replaced_at = now() WHERE vin = ANY($1)');
  await every(
    19,
    `UPDATE vehicles SET blocked_at = now(), partial_ecus = ARRAY['BMS', vin] WHERE vin = ANY($1)`,
  );
  await every(23, 'UPDATE vehicle_states SET configuration_key = NULL WHERE vin = ANY($1)');
  await every(29, 'DELETE FROM ecus WHERE vin = ANY($1)');
  await every(29, 'UPDATE vehicle_states SET configuration_key = NULL WHERE vin = ANY($1)');
  await every(31, 'UPDATE vehicles SET retired_at = now() WHERE vin = ANY($1)');
  await every(37, 'DELETE FROM vehicle_states WHERE vin = ANY($1)');
  return vins;
}

it('plans in Postgres what it decides of single vehicles, wave by wave and reason by reason', async () => {
  const vins = await seedMixedFleet();
  const { campaignId } = await createCampaign(engine.harness.ctx, {
    name: 'BMS 2',
    releaseIds: ['bms-2'],
    waves: [
      { name: 'Canary', size: { kind: 'count', count: 9 } },
      {
        name: 'Herons',
        size: { kind: 'filter', filter: { kind: 'text', field: 'model', operator: '=', values: ['Heron'] } },
      },
      { name: 'Early', size: { kind: 'percent', percent: 20 } },
      { name: 'Rest', size: { kind: 'rest' } },
    ],
  });
  const planner = createPlanner(database.pool, 3);
  const campaign = await planning(campaignId);
  const now = engine.harness.clock.now();
  const { done } = await planner.step(campaign, now);
  expect(done).toBe(true);
  const inPostgres = await planned(campaignId);
  await engine.inSync(campaignId);
  expect(new Set(inPostgres.map(({ state }) => state))).toEqual(
    new Set(['pending', 'excluded', 'already_installed']),
  );
  expect(new Set(inPostgres.map(({ wave }) => wave))).toEqual(new Set([0, 1, 2, 3]));

  await database.pool.query('DELETE FROM assignments');
  const ecus = new Map(vins.map((vin) => [vin, []]));
  const candidates = await planner.candidates(campaign, await planner.catalog(), ecus, now);
  await inTransaction(database.pool, (client, last) => planner.join(client, candidates, now, last));
  const one = await planned(campaignId);
  expect(inPostgres).toEqual(one);
  expect(inPostgres.length).toBeGreaterThan(350);
});
