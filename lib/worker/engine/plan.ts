import type pg from 'pg';
import { type EngineCampaign, lockCampaign } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { countFleet, type FilterEcus, filtersOf, readFleet } from '#lib/db/engine/fleet-rows.ts';
import { insertAssignments, type PlannedVehicle } from '#lib/db/engine/insert-assignments.ts';
import { planDecisions } from '#lib/db/engine/plan-decisions.ts';
import { insertPlanPage, openPlanPage } from '#lib/db/engine/plan-page.ts';
import { inTransaction, type Last } from '#lib/db/engine/transaction.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { waveOf } from '#lib/db/engine/wave-of.ts';
import { type SettledRule, settleWaveRules } from '#lib/db/engine/wave-rules.ts';
import { compileFilter, type FilterVersions, loadFilterVersions } from '#lib/db/filter-sql.ts';
import { possibleBy } from '#lib/domain/filter-possible.ts';

/** Vehicles of one chunk: one transaction, which also moves the cursor. */
const CHUNK = 20_000;
/** From as many planned vehicles on Postgres has to learn of them before they are dispatched. */
const MANY = 500;
/**
 * What the dispatcher finds rows by. Before autovacuum has counted them, Postgres takes a campaign for a few rows and
 * reads it whole for each batch of its offers.
 */
const ANALYZE_SQL = `ANALYZE (SKIP_LOCKED) assignments (campaign_id, vin, wave, state, due_at, cancel_due_at, urls_due_at,
  timer_at, leased_by, leased_until)`;

type PlanState = {
  revision: number;
  versions: FilterVersions;
  rules: SettledRule[];
  catalog: CatalogSnapshot;
  judge: ReturnType<typeof verdictSource>;
  decisions: ReturnType<typeof planDecisions>;
};

export type Planner = {
  /** Plans one chunk of a campaign that is being planned; `done` when it was the last. */
  step(campaign: EngineCampaign, now: Date): Promise<{ done: boolean; planned: number }>;
  /** Those of these vehicles, given with their ECUs, that a campaign targets and does not have yet; nothing is locked. */
  candidates(
    campaign: EngineCampaign,
    catalog: CatalogSnapshot,
    vehicles: ReadonlyMap<string, FilterEcus>,
    now: Date,
  ): Promise<Candidates>;
  /** Plans those of the candidates that their continuous campaign still targets, while their states are locked. */
  join(client: pg.PoolClient, candidates: Candidates, now: Date, last: Last): Promise<number>;
  /** The catalog of now. */
  catalog(): Promise<CatalogSnapshot>;
};

/** Vehicles that may join a campaign, and what they are planned by: the versions are their own. */
export type Candidates = { campaign: EngineCampaign; vins: readonly string[]; state: PlanState };

/** Id of the job that shows the progress of a campaign's plan. */
export function planJobId(campaignId: string): string {
  return `plan:${campaignId}`;
}

/**
 * Makes the assignments of campaigns in chunks by VIN. Each chunk is one transaction with its cursor and its
 * counters, so a plan that was cut off goes on where it was; memory does not grow with the fleet.
 */
export function createPlanner(pool: pg.Pool, shard: number): Planner {
  const states = new Map<string, PlanState>();
  let catalog: CatalogSnapshot | undefined;

  const loadNewest = async () => {
    catalog = await loadCatalog(pool, catalog);
    return catalog;
  };
  const prepare = async (
    campaign: EngineCampaign,
    catalog: CatalogSnapshot,
    now: Date,
  ): Promise<PlanState> => {
    const { definition } = campaign;
    const known = states.get(campaign.id);
    if (known?.catalog === catalog && known.revision === campaign.revision) return known;
    const versions = await loadFilterVersions(pool, filtersOf(definition));
    const rules = await storedRules(pool, campaign, versions, catalog, now);
    const state: PlanState = {
      revision: campaign.revision,
      versions,
      rules,
      catalog,
      judge: verdictSource(definition, catalog),
      decisions: planDecisions(catalog.catalog),
    };
    states.set(campaign.id, state);
    return state;
  };

  const planVehicles = async (
    client: pg.PoolClient,
    campaign: EngineCampaign,
    state: PlanState,
    page: { after: string | null; limit: number; vins: readonly string[] },
    now: Date,
    last: Last,
  ) => {
    const { definition } = campaign;
    const fleet = await readFleet(client, { definition, versions: state.versions, now, ...page });
    const verdicts = await state.judge.judge(client, fleet);
    const vehicles: PlannedVehicle[] = [];
    for (const vehicle of fleet) {
      const wave = waveOf(campaign.id, state.rules, vehicle);
      if (wave === null) continue;
      const decision = state.decisions.decide(vehicle, verdicts.get(vehicle.vin), definition, now);
      const { vin, configurationKey, online } = vehicle;
      vehicles.push({ vin, wave, configurationKey, online, decision });
    }
    return insertAssignments(client, campaign.id, vehicles, { now, shard, last });
  };

  /** As `planVehicles`, of the next vehicles by VIN: they are decided by their kinds and never leave Postgres. */
  const planPage = async (client: pg.PoolClient, campaign: EngineCampaign, state: PlanState, now: Date) => {
    const { id, definition, planCursor } = campaign;
    const { versions, rules } = state;
    const query = { campaignId: id, definition, versions, rules, now, after: planCursor, limit: CHUNK };
    const { last, read, kinds } = await openPlanPage(client, query);
    const vehicles = kinds.map(({ representative }) => representative);
    const verdicts = await state.judge.judge(client, vehicles);
    const decided = kinds.map(({ kind, representative }) => {
      const verdict = verdicts.get(representative.vin);
      return { kind, decision: state.decisions.decide(representative, verdict, definition, now) };
    });
    return { last, read, inserted: await insertPlanPage(client, id, decided, { now, shard }) };
  };

  return {
    async step(listed, now) {
      const state = await prepare(listed, await loadNewest(), now);
      const plan = async (client: pg.PoolClient) => {
        const campaign = await lockCampaign(client, listed.id);
        if (campaign?.planState !== 'planning') return { done: true, planned: 0, many: false };
        if (campaign.planCursor === null) await openJob(client, campaign, state.versions, now);
        const { last, read, inserted } = await planPage(client, campaign, state, now);
        const done = read < CHUNK;
        await client.query(
          `UPDATE campaigns SET plan_cursor = coalesce($2, plan_cursor), plan_state = $3,
                  planned_count = planned_count + $4, updated_at = $5 WHERE id = $1`,
          [campaign.id, last, done ? 'planned' : 'planning', inserted, now],
        );
        await client.query(
          `UPDATE jobs SET done = done + $2, state = CASE WHEN $3 THEN 'done' ELSE 'running' END,
                  finished_at = CASE WHEN $3 THEN $4::timestamptz END WHERE id = $1`,
          [planJobId(campaign.id), read, done, now],
        );
        const many = campaign.planCursor !== null || inserted >= MANY;
        return { done, planned: inserted, many };
      };
      // A kind is decided by one of its vehicles, which must not report anew between two statements.
      const { done, planned, many } = await inTransaction(pool, plan, { isolation: 'repeatable read' });
      if (done) states.delete(listed.id);
      if (done && many) await pool.query(ANALYZE_SQL);
      return { done, planned };
    },

    catalog: loadNewest,

    async candidates(campaign, newest, vehicles, now) {
      const { target } = campaign.definition;
      const { orders } = newest.catalog;
      const possible = [...vehicles].filter(([, ecus]) => possibleBy(target, ecus, orders) !== 'no');
      const prepared = await prepare(campaign, newest, now);
      const versions = { orders, inFleet: versionsOf(possible, prepared.versions.inFleet.keys()) };
      const state = { ...prepared, versions };
      const vins = possible.map(([vin]) => vin);
      if (vins.length === 0) return { campaign, vins, state };
      const where = compileFilter(target, { now, versions, firstParameter: 3 });
      const { rows } = await pool.query<{ vin: string }>(
        `SELECT v.vin FROM vehicles v
         WHERE v.vin = ANY ($2::text[]) AND v.retired_at IS NULL AND ${where.text}
           AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.campaign_id = $1 AND a.vin = v.vin)`,
        [campaign.id, vins, ...where.values],
      );
      return { campaign, vins: rows.map(({ vin }) => vin), state };
    },

    async join(client, { campaign, vins, state }, now, last) {
      const page = { after: null, limit: vins.length, vins };
      const inserted = await planVehicles(client, campaign, state, page, now, last);
      if (inserted > 0) {
        const text = 'UPDATE campaigns SET planned_count = planned_count + $2 WHERE id = $1';
        last(client.query(text, [campaign.id, inserted]));
      }
      return inserted;
    },
  };
}

/** The versions that these vehicles have of the ECU types, also those that the fleet did not have before. */
function versionsOf(
  vehicles: readonly (readonly [string, FilterEcus])[],
  types: Iterable<string>,
): Map<string, string[]> {
  const found = new Map(Array.from(types, (type) => [type, new Set<string>()]));
  for (const [, ecus] of vehicles)
    for (const { type, softwareVersion } of ecus) found.get(type)?.add(softwareVersion);
  return new Map(Array.from(found, ([type, versions]) => [type, [...versions]]));
}

/** Wave rules as they were settled when the plan began, so that a resumed plan deals the same waves. */
async function storedRules(
  pool: pg.Pool,
  campaign: EngineCampaign,
  versions: FilterVersions,
  catalog: CatalogSnapshot,
  now: Date,
): Promise<SettledRule[]> {
  const { rows } = await pool.query<{ rules: SettledRule[] | null }>(
    `SELECT input -> 'rules' AS rules FROM jobs WHERE id = $1`,
    [planJobId(campaign.id)],
  );
  if (rows[0]?.rules) return rows[0].rules;
  const { definition } = campaign;
  const rules = await settleWaveRules(pool, campaign.id, { definition, versions, now, catalog });
  await pool.query(
    `INSERT INTO jobs (id, kind, input, state, created_by, created_at) VALUES ($1, 'plan', $2, 'queued', 'worker', $3)
     ON CONFLICT (id) DO UPDATE SET input = EXCLUDED.input, state = 'queued', done = 0, total = NULL, finished_at = NULL`,
    [planJobId(campaign.id), JSON.stringify({ campaignId: campaign.id, rules }), now],
  );
  return rules;
}

async function openJob(
  client: pg.PoolClient,
  campaign: EngineCampaign,
  versions: FilterVersions,
  now: Date,
): Promise<void> {
  const total = await countFleet(client, { definition: campaign.definition, versions, now });
  await client.query(
    `UPDATE jobs SET state = 'running', total = $2, done = 0, started_at = $3 WHERE id = $1`,
    [planJobId(campaign.id), total, now],
  );
  await client.query('UPDATE campaigns SET target_count = $2 WHERE id = $1', [campaign.id, total]);
}
