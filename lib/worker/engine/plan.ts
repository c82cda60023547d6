import type pg from 'pg';
import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { type FilterEcus, filtersOf, readFleet } from '#lib/db/engine/fleet-rows.ts';
import { insertAssignments, type PlannedVehicle } from '#lib/db/engine/insert-assignments.ts';
import { planDecisions } from '#lib/db/engine/plan-decisions.ts';
import { insertPlanPage, openPlanPage, type VinRange } from '#lib/db/engine/plan-page.ts';
import { holdPlanning, nextRanges, notePlanned, openPlan, planJobId } from '#lib/db/engine/plan-progress.ts';
import { inTransaction, type Last } from '#lib/db/engine/transaction.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { waveOf } from '#lib/db/engine/wave-of.ts';
import { type SettledRule, settleWaveRules } from '#lib/db/engine/wave-rules.ts';
import { compileFilter, type FilterVersions, loadFilterVersions } from '#lib/db/filter-sql.ts';
import { repeated } from '#lib/db/repeated.ts';
import { allSettled } from '#lib/db/together.ts';
import { possibleBy } from '#lib/domain/filter-possible.ts';

/** Vehicles of one page: one transaction. */
const PAGE = 20_000;
/**
 * Shards of the counters, one for each page that is planned at the same time: nobody else writes these rows, so that
 * pages wait neither for each other nor for anybody.
 */
const PAGE_SHARDS = [1_001, 1_002];
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
  /** Settled when no page is being judged. */
  judged: Promise<unknown>;
  decisions: ReturnType<typeof planDecisions>;
};

export type Planner = {
  /** Plans the next pages of a campaign that is being planned; `done` when they were the last. */
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
  /** The catalog of now, read by this connection or any. */
  catalog(db?: pg.PoolClient): Promise<CatalogSnapshot>;
};

/** Vehicles that may join a campaign, and what they are planned by: the versions are their own. */
export type Candidates = { campaign: EngineCampaign; vins: readonly string[]; state: PlanState };

/**
 * Makes the assignments of campaigns page by page of the VINs, several pages at a time. Each page is one transaction
 * with its counters; the cursor passes them once all are committed. A plan that was cut off goes on at the cursor, and
 * what it finds planned beyond keeps as it is; memory does not grow with the fleet.
 */
export function createPlanner(pool: pg.Pool, shard: number, pageSize = PAGE): Planner {
  const states = new Map<string, PlanState>();
  let catalog: CatalogSnapshot | undefined;

  const loadNewest = async (db: pg.Pool | pg.PoolClient = pool) => {
    catalog = await loadCatalog(db, catalog);
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
      judged: Promise.resolve(),
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

  /** As `planVehicles`, of the vehicles of a range: they are decided by their kinds and never leave Postgres. */
  const planPage = async (
    client: pg.PoolClient,
    campaign: EngineCampaign,
    state: PlanState,
    page: { range: VinRange; now: Date; shard: number },
  ) => {
    const { id, definition } = campaign;
    const { versions, rules } = state;
    const { now, range } = page;
    if (!(await holdPlanning(client, id))) return undefined;
    const query = { campaignId: id, definition, versions, rules, now, range };
    const { read, begun, kinds } = await openPlanPage(client, query);
    const vehicles = kinds.map(({ representative }) => representative);
    // One page after the other, so that a configuration is read by one of them only.
    const judged = state.judged.then(() => state.judge.judge(client, vehicles));
    state.judged = judged.catch(() => undefined);
    const verdicts = await judged;
    const decided = kinds.map(({ kind, representative }) => {
      const verdict = verdicts.get(representative.vin);
      return { kind, decision: state.decisions.decide(representative, verdict, definition, now) };
    });
    return { read, inserted: await insertPlanPage(client, id, decided, { ...page, begun }) };
  };

  return {
    async step(listed, now) {
      const state = await prepare(listed, await loadNewest(), now);
      const open = (client: pg.PoolClient) => openPlan(client, listed.id, state.versions, now);
      const campaign = await inTransaction(pool, open, { flush: 'later' });
      if (!campaign) return { done: true, planned: 0 };
      const from = campaign.planCursor;
      const ranges = await nextRanges(pool, from, { size: pageSize, count: PAGE_SHARDS.length });
      const pages = ranges.map(async (range, place) => {
        const page = { range, now, shard: PAGE_SHARDS[place] ?? shard };
        const plan = (client: pg.PoolClient) => planPage(client, campaign, state, page);
        // A kind is decided by one of its vehicles, which must not report anew between two statements.
        return inTransaction(pool, plan, { isolation: 'repeatable read', flush: 'later' });
      });
      const planned = (await allSettled(pages)).filter((page) => page !== undefined);
      // Stopped meanwhile: whoever goes on finds what is planned beyond the cursor, and counts it no second time.
      if (planned.length < ranges.length) return { done: false, planned: 0 };
      const read = planned.reduce((sum, page) => sum + page.read, 0);
      const inserted = planned.reduce((sum, page) => sum + page.inserted, 0);
      await inTransaction(pool, (client) => notePlanned(client, campaign.id, { from, ranges, read, now }));
      const done = ranges.at(-1)?.until === null;
      if (done) states.delete(listed.id);
      if (done && (from !== null || inserted >= MANY)) await pool.query(ANALYZE_SQL);
      return { done, planned: inserted };
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
      const text = `SELECT v.vin FROM vehicles v
        WHERE v.vin = ANY ($2::text[]) AND v.retired_at IS NULL AND ${where.text}
          AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.campaign_id = $1 AND a.vin = v.vin)`;
      const { rows } = await pool.query<{ vin: string }>(
        repeated(text, [campaign.id, vins, ...where.values]),
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
