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

/** Counts the targeted fleet by what eligibility looks at: one statement, however many vehicles there are. */
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
  const wave = byWave ? waveSql(byWave.rules, compileNext) : 'NULL::int';
  const zone = byWave ? 'v.time_zone' : `''`;
  const { rows } = await db.query<{
    vehicles: number;
    vin: string;
    configuration_key: string | null;
    complete: boolean;
    skilled_person_only: boolean;
    tcu_replaced: boolean;
    blocked: boolean;
    declined: boolean;
    time_zone: string;
    wave: number | null;
  }>(
    `SELECT count(*)::int AS vehicles, min(t.vin) AS vin, t.configuration_key, t.complete, t.skilled_person_only,
            t.tcu_replaced, t.blocked, t.declined, t.time_zone, t.wave
     FROM (
       SELECT v.vin, s.configuration_key, v.complete, v.skilled_person_only, v.blocked_at IS NOT NULL AS blocked,
              s.tcu_replaced_at IS NOT NULL AS tcu_replaced, ${declinedSql('v.vin', '$2')} AS declined, ${zone} AS time_zone, ${wave} AS wave,
              CASE WHEN s.configuration_key IS NULL AND EXISTS (SELECT 1 FROM ecus e WHERE e.vin = v.vin) THEN v.vin END AS alone
       FROM ${byWave ? `(SELECT v.*, ${hashOrderSql('$1::text', 'v.vin')} AS place FROM vehicles v WHERE v.retired_at IS NULL)` : 'vehicles'} v
       LEFT JOIN vehicle_states s ON s.vin = v.vin
       WHERE v.retired_at IS NULL AND $1::text IS NOT NULL AND ${where}
     ) AS t
     GROUP BY t.configuration_key, t.complete, t.skilled_person_only, t.tcu_replaced, t.blocked, t.declined, t.time_zone, t.wave, t.alone`,
    values,
  );
  return rows.map((row) => ({
    vehicles: row.vehicles,
    wave: row.wave,
    representative: {
      vin: row.vin,
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
  }));
}

function waveSql(rules: readonly SettledRule[], compileNext: (target: TargetFilter) => string): string {
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
