import type pg from 'pg';
import { compileFilter } from '#lib/db/filter-sql.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { hashOrderSql } from '#lib/domain/waves.ts';
import { declinedSql, type FleetQuery, type FleetRow } from './fleet-rows.ts';
import type { SettledRule } from './wave-rules.ts';

/** Targeted vehicles that are alike in everything that eligibility looks at. */
export type FleetGroup = {
  vehicles: number;
  /** One of them, for its configuration. */
  representative: FleetRow;
  /** Index of their wave, where waves were asked for; `null` where no wave takes them. */
  wave: number | null;
};

/** Waves and time zones part groups further; needed for a dry run, not for a funnel. */
export type GroupByWave = { campaignId: string; rules: readonly SettledRule[] };

/**
 * Counts the targeted fleet by what eligibility looks at: one statement, however many vehicles there are. Most
 * vehicles differ in their configuration alone and are counted by its key; the few of which more is to be known
 * are found by their own indexes, counted apart and taken off.
 */
export async function readFleetGroups(
  db: Pick<pg.PoolClient, 'query'>,
  { definition, versions, now }: FleetQuery,
  byWave?: GroupByWave,
): Promise<FleetGroup[]> {
  const values: unknown[] = [byWave?.campaignId ?? '', definition.releaseIds];
  const compileNext = (target: TargetFilter) => {
    const compiled = compileFilter(target, { now, versions, firstParameter: values.length + 1 });
    values.push(...compiled.values);
    return compiled.text;
  };
  const where = compileNext(definition.target);
  const zone = byWave ? 'v.time_zone' : `''`;
  const wave = byWave ? waveSql(byWave.rules, compileNext) : 'NULL::int';
  const vehicles = byWave
    ? `(SELECT v.*, ${hashOrderSql('$1::text', 'v.vin')} AS place FROM vehicles v)`
    : 'vehicles';
  const everything = byWave === undefined && definition.target.kind === 'all';
  const { rows } = await db.query<GroupRow>(
    `WITH pairs AS MATERIALIZED (${PAIRS}),
     candidates AS (${candidatesSql('$2')}),
     special AS (
       SELECT count(*)::int AS vehicles, min(t.vin) AS vin, ${ALIKE}, ${SPECIAL}
       FROM (
         SELECT v.vin, s.configuration_key, ${zone} AS time_zone, ${wave} AS wave, v.complete, v.skilled_person_only,
                v.blocked_at IS NOT NULL AS blocked, v.retired_at IS NOT NULL AS retired,
                s.tcu_replaced_at IS NOT NULL AS tcu_replaced, ${declinedSql('v.vin', '$2')} AS declined,
                CASE WHEN s.configuration_key IS NULL AND EXISTS (SELECT 1 FROM ecus e WHERE e.vin = v.vin) THEN v.vin END AS alone,
                s.vin IS NOT NULL AS has_state
         FROM candidates c JOIN ${vehicles} v ON v.vin = c.vin LEFT JOIN vehicle_states s ON s.vin = v.vin
         WHERE ${everything ? 'TRUE' : `v.retired_at IS NULL AND ${where}`}
       ) t GROUP BY ${ALIKE}, ${SPECIAL}, t.alone
     ),
     counted AS (${everything ? WHOLE_FLEET : countedSql({ vehicles, where, zone, wave })})
     SELECT vehicles, vin, configuration_key, time_zone, wave, complete, skilled_person_only, blocked, retired,
            tcu_replaced, declined, has_state, TRUE AS special FROM special
     UNION ALL
     SELECT vehicles, vin, configuration_key, time_zone, wave, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, TRUE, FALSE
     FROM counted WHERE $1::text IS NOT NULL`,
    values,
  );
  return groupsOf(rows);
}

type GroupRow = {
  vehicles: number;
  vin: string | null;
  configuration_key: string | null;
  time_zone: string;
  wave: number | null;
  complete: boolean;
  skilled_person_only: boolean;
  blocked: boolean;
  retired: boolean;
  tcu_replaced: boolean;
  declined: boolean;
  has_state: boolean;
  special: boolean;
};

const ALIKE = 't.configuration_key, t.time_zone, t.wave';
const SPECIAL =
  't.complete, t.skilled_person_only, t.blocked, t.retired, t.tcu_replaced, t.declined, t.has_state';

/** Whether some vehicles have no state yet: hardly ever. States are made for vehicles only and neither is deleted. */
const PAIRS = `SELECT (SELECT count(*) FROM vehicles) <> (SELECT count(*) FROM vehicle_states) AS differs`;

/** Every vehicle about which more than its configuration is to be known, and perhaps some others. */
function candidatesSql(releaseIds: string): string {
  return `SELECT vin FROM vehicles
      WHERE NOT complete OR skilled_person_only OR blocked_at IS NOT NULL OR retired_at IS NOT NULL
    UNION SELECT vin FROM vehicle_states WHERE tcu_replaced_at IS NOT NULL
    UNION SELECT vin FROM vehicle_states WHERE configuration_key IS NULL
    UNION SELECT d.vin FROM campaign_releases r JOIN assignments d ON d.campaign_id = r.campaign_id
      WHERE r.release_id = ANY (${releaseIds}) AND d.state = 'declined'
    UNION SELECT v.vin FROM vehicles v
      WHERE (SELECT differs FROM pairs) AND NOT EXISTS (SELECT 1 FROM vehicle_states s WHERE s.vin = v.vin)`;
}

/** From the index of configurations alone, retired vehicles included: no vehicle is read but one of each. */
const WHOLE_FLEET = `SELECT k.vehicles, (
    SELECT s.vin FROM vehicle_states s JOIN vehicles v ON v.vin = s.vin
    WHERE s.configuration_key = k.configuration_key AND v.retired_at IS NULL LIMIT 1
  ) AS vin, k.configuration_key, '' AS time_zone, NULL::int AS wave
  FROM (
    SELECT configuration_key, sum(n)::int AS vehicles FROM (
      SELECT configuration_key, count(*) AS n FROM vehicle_states GROUP BY configuration_key
      UNION ALL
      SELECT s.configuration_key, -count(*) FROM vehicle_states s
      WHERE (SELECT differs FROM pairs) AND NOT EXISTS (SELECT 1 FROM vehicles v WHERE v.vin = s.vin)
      GROUP BY s.configuration_key
    ) c GROUP BY configuration_key
  ) k`;

function countedSql(parts: { vehicles: string; where: string; zone: string; wave: string }): string {
  return `SELECT count(*)::int AS vehicles, min(t.vin) AS vin, ${ALIKE}
    FROM (SELECT v.vin, s.configuration_key, ${parts.zone} AS time_zone, ${parts.wave} AS wave
          FROM ${parts.vehicles} v JOIN vehicle_states s ON s.vin = v.vin
          WHERE v.retired_at IS NULL AND ${parts.where}) t
    GROUP BY ${ALIKE}`;
}

/** What was counted by configuration less the special ones among them, and those by themselves. */
function groupsOf(rows: readonly GroupRow[]): FleetGroup[] {
  const likenessOf = (row: GroupRow) => JSON.stringify([row.configuration_key, row.time_zone, row.wave]);
  const taken = new Map<string, number>();
  for (const row of rows) {
    if (!row.special || !row.has_state) continue;
    taken.set(likenessOf(row), (taken.get(likenessOf(row)) ?? 0) + row.vehicles);
  }
  return rows.flatMap((row) => {
    if (row.retired) return [];
    const vehicles = row.special ? row.vehicles : row.vehicles - (taken.get(likenessOf(row)) ?? 0);
    return vehicles > 0 && row.vin !== null ? [groupOf(row, row.vin, vehicles)] : [];
  });
}

function groupOf(row: GroupRow, vin: string, vehicles: number): FleetGroup {
  return {
    vehicles,
    wave: row.wave,
    representative: {
      vin,
      model: '',
      timeZone: row.time_zone,
      configurationKey: row.configuration_key,
      complete: row.complete,
      skilledPersonOnly: row.skilled_person_only,
      retired: false,
      tcuReplaced: row.tcu_replaced,
      blockedEcuIds: row.blocked ? [] : null,
      online: false,
      declined: row.declined,
      waveFilters: [],
    },
  };
}

/** Index of the first wave that takes a vehicle `v` whose place in the hash order is `v.place`, or NULL. */
export function waveSql(
  rules: readonly SettledRule[],
  compileNext: (target: TargetFilter) => string,
): string {
  const cases = rules.map((rule, index) => `WHEN ${conditionSql(rule, compileNext)} THEN ${index}`);
  return `(CASE ${cases.join(' ')} END)`;
}

function conditionSql(rule: SettledRule, compileNext: (target: TargetFilter) => string): string {
  switch (rule.kind) {
    case 'rest':
      return 'TRUE';
    case 'until':
      return `v.place <= ${Math.trunc(rule.order)}`;
    case 'buckets':
      return `(v.place % 10000 >= ${rule.from} AND v.place % 10000 < ${rule.to})`;
    case 'filter':
      return compileNext(rule.filter);
  }
}
