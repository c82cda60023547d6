import type pg from 'pg';
import { type CompiledFilter, compileFilter } from '#lib/db/filter-sql.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { hashOrderSql } from '#lib/domain/waves.ts';
import { CounterDeltas } from './counters.ts';
import { waveSql } from './fleet-groups.ts';
import { declinedSql, type FleetQuery, type FleetRow } from './fleet-rows.ts';
import { type PlannedDecision, storedDecisions } from './insert-assignments.ts';
import type { SettledRule } from './wave-rules.ts';

/** Vehicles whose VIN comes after the one and is at most the other; open where there is none. */
export type VinRange = { after: string | null; until: string | null };

/** A page of the targeted fleet that lies in a temporary table of the transaction: its vehicles never travel. */
export type PlanPage = {
  read: number;
  /** Whether a vehicle of the range, targeted or not, has its assignment already. */
  begun: boolean;
  /** One vehicle of each kind: those of a kind are alike in everything that their decision rests on. */
  kinds: { kind: string; representative: FleetRow }[];
};

export type PlanPageQuery = FleetQuery & {
  campaignId: string;
  rules: readonly SettledRule[];
  range: VinRange;
};

/**
 * The few vehicles of which more is to be known than their VIN, by their own index: a campaign of the whole fleet reads
 * no other row of `vehicles`.
 */
const SPECIAL = `SELECT vin, complete, skilled_person_only, blocked_at, partial_ecus FROM vehicles
  WHERE NOT complete OR skilled_person_only OR blocked_at IS NOT NULL OR retired_at IS NOT NULL`;

/** Lays out the vehicles of a range of VINs with their waves, for as long as the transaction lasts. */
export async function openPlanPage(client: pg.PoolClient, query: PlanPageQuery): Promise<PlanPage> {
  const { definition, versions, now } = query;
  const { after, until } = query.range;
  const values: unknown[] = [query.campaignId, definition.releaseIds, after ?? ''];
  const bind = (compiled: CompiledFilter) => {
    values.push(...compiled.values);
    return compiled.text;
  };
  // Said of every table, so that Postgres reads no more of the one than of the other.
  const endAt = until === null ? '' : `$${values.push(until)}`;
  const within = (vin: string) => `${vin} > $3 ${endAt && `AND ${vin} <= ${endAt}`}`;
  const compileNext = (target: TargetFilter) =>
    bind(compileFilter(target, { now, versions, within, firstParameter: values.length + 1 }));
  const where = compileNext(definition.target);
  await client.query(
    `CREATE TEMPORARY TABLE plan_page (vin text, configuration_key text, online boolean, complete boolean,
       skilled_person_only boolean, tcu_replaced boolean, blocked_ecus text[], declined boolean, wave int, kind text)
     ON COMMIT DROP`,
  );
  const { rowCount } = await client.query(
    `INSERT INTO plan_page
     SELECT p.*, concat_ws('|', coalesce(p.configuration_key, 'vin ' || e.vin, '-'), p.complete::int, p.skilled_person_only::int,
                           p.tcu_replaced::int, p.declined::int, p.blocked_ecus)
     FROM (
       SELECT v.vin, s.configuration_key, coalesce(s.online, false), coalesce(x.complete, true) AS complete,
              coalesce(x.skilled_person_only, false) AS skilled_person_only,
              s.tcu_replaced_at IS NOT NULL AS tcu_replaced, CASE WHEN x.blocked_at IS NOT NULL THEN x.partial_ecus END AS blocked_ecus,
              ${declinedSql('v.vin', '$2')} AS declined, ${waveSql(query.rules, compileNext)} AS wave
       FROM (
         SELECT v.*, ${hashOrderSql('$1::text', 'v.vin')} AS place FROM vehicles v
         WHERE ${within('v.vin')} AND v.retired_at IS NULL AND ${where}
       ) AS v LEFT JOIN vehicle_states s ON s.vin = v.vin AND ${within('s.vin')}
       LEFT JOIN (${SPECIAL}) AS x ON x.vin = v.vin AND ${within('x.vin')}
     ) AS p
     LEFT JOIN LATERAL (SELECT vin FROM ecus WHERE p.configuration_key IS NULL AND ecus.vin = p.vin LIMIT 1) AS e ON true
     ORDER BY p.vin`,
    values,
  );
  const begun = await hasAssignments(client, query.campaignId, query.range);
  return { read: rowCount ?? 0, begun, kinds: await readKinds(client) };
}

async function hasAssignments(client: pg.PoolClient, campaignId: string, { after, until }: VinRange) {
  const { rowCount } = await client.query(
    `SELECT 1 FROM assignments WHERE campaign_id = $1 AND vin > $2 AND ($3::text IS NULL OR vin <= $3) LIMIT 1`,
    [campaignId, after ?? '', until],
  );
  return rowCount === 1;
}

async function readKinds(client: pg.PoolClient): Promise<PlanPage['kinds']> {
  const { rows } = await client.query<{
    kind: string;
    vin: string;
    configuration_key: string | null;
    complete: boolean;
    skilled_person_only: boolean;
    tcu_replaced: boolean;
    blocked_ecus: string[] | null;
    declined: boolean;
  }>(
    `SELECT DISTINCT ON (kind) kind, vin, configuration_key, complete, skilled_person_only, tcu_replaced, blocked_ecus, declined
     FROM plan_page WHERE wave IS NOT NULL ORDER BY kind`,
  );
  return rows.map((row) => ({
    kind: row.kind,
    representative: {
      vin: row.vin,
      model: '',
      timeZone: '',
      configurationKey: row.configuration_key,
      complete: row.complete,
      skilledPersonOnly: row.skilled_person_only,
      retired: false,
      tcuReplaced: row.tcu_replaced,
      blockedEcuIds: row.blocked_ecus,
      online: false,
      declined: row.declined,
      waveFilters: [],
    },
  }));
}

/**
 * Inserts the assignments of the open page by the decisions of its kinds, and counts them. A vehicle that has its
 * assignment already keeps it. Returns how many were inserted.
 */
export async function insertPlanPage(
  client: pg.PoolClient,
  campaignId: string,
  decided: readonly { kind: string; decision: PlannedDecision }[],
  { begun, now, shard }: { begun: boolean; now: Date; shard: number },
): Promise<number> {
  if (decided.length === 0) return 0;
  const { json, idOf } = storedDecisions(decided.map(({ decision }) => decision));
  const { rows } = await client.query<{ wave: number; state: AssignmentState; count: number }>(
    `WITH decided AS MATERIALIZED (
       SELECT k.kind, d.* FROM unnest($2::text[], $3::int[]) AS k(kind, decision)
       JOIN json_to_recordset($4::json)
         AS d(id int, state text, due boolean, steps jsonb, targets jsonb, reasons jsonb, code text) ON d.id = k.decision
     ), inserted AS (
       INSERT INTO assignments (campaign_id, vin, wave, state, due_at, configuration_key, steps, targets, reasons,
                                reason_code, phase_at, finished_at, updated_at)
       SELECT $1, p.vin, p.wave, d.state, CASE WHEN d.due AND p.online THEN $5::timestamptz END, p.configuration_key, d.steps,
              d.targets, d.reasons, d.code, $5, CASE WHEN d.state <> 'pending' THEN $5::timestamptz END, $5
       FROM plan_page p JOIN decided d ON d.kind = p.kind WHERE p.wave IS NOT NULL
       ${begun ? 'ON CONFLICT (campaign_id, vin) DO NOTHING' : ''}
       RETURNING wave, state
     ) SELECT wave, state, count(*)::int AS count FROM inserted GROUP BY wave, state`,
    [campaignId, decided.map(({ kind }) => kind), decided.map(({ decision }) => idOf(decision)), json, now],
  );
  const { inserted, written } = CounterDeltas.ofInserted(client, campaignId, rows, shard);
  await written;
  return inserted;
}
