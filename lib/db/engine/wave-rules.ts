import { compileFilter } from '#lib/db/filter-sql.ts';
import type { Queryable } from '#lib/db/queryable.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { hashOrderSql, type WaveRule, waveRules } from '#lib/domain/waves.ts';
import type { CatalogSnapshot } from './catalog-snapshot.ts';
import { readFleetGroups } from './fleet-groups.ts';
import { declinedSql, type FleetQuery } from './fleet-rows.ts';
import { decideTargeted } from './plan-decisions.ts';
import { verdictSource } from './verdicts.ts';

export type WaveQuery = FleetQuery & { definition: CampaignDefinitionParts; catalog: CatalogSnapshot };
type CampaignDefinitionParts = FleetQuery['definition'] &
  Pick<CampaignDefinition, 'rollback' | 'allowSkilledPersonOnly' | 'offerAgainAfterRefusal'>;

/** Vehicles whose own circumstances and configuration let them be offered; `$3` to `$7` as below. */
const OFFERABLE = `(s.configuration_key = ANY ($3) OR v.vin = ANY ($4)) AND v.complete AND v.blocked_at IS NULL
  AND s.tcu_replaced_at IS NULL AND (NOT v.skilled_person_only OR $6) AND ($7 OR NOT ${declinedSql('v.vin', '$5')})`;

/** A wave rule that needs no knowledge of other vehicles: counts have become places in the hash order. */
export type SettledRule = Exclude<WaveRule, { kind: 'count' }> | { kind: 'until'; order: number };

/**
 * The rules of a campaign's waves, settled for its fleet of now: the first `count` vehicles in hash order that
 * can be offered and that no earlier wave takes are those up to some place in that order, found by one query a
 * wave. Vehicles between them that are left out or at their target already are in the wave, and do not count.
 */
export async function settleWaveRules(
  db: Queryable,
  campaignId: string,
  { definition, versions, now, catalog }: WaveQuery,
): Promise<SettledRule[]> {
  const settled: SettledRule[] = [];
  const counts = definition.waves.some(({ size }) => size.kind === 'count');
  const eligible = counts
    ? await eligibleGroups(db, { definition, versions, now, catalog })
    : { keys: [], vins: [] };
  for (const rule of waveRules(definition.waves)) {
    if (rule.kind !== 'count') {
      settled.push(rule);
      continue;
    }
    const values: unknown[] = [
      campaignId,
      rule.count - 1,
      eligible.keys,
      eligible.vins,
      definition.releaseIds,
      definition.allowSkilledPersonOnly,
      definition.offerAgainAfterRefusal,
    ];
    const compileNext = (target: FleetQuery['definition']['target']) => {
      const compiled = compileFilter(target, { now, versions, firstParameter: values.length + 1 });
      values.push(...compiled.values);
      return compiled.text;
    };
    const where = compileNext(definition.target);
    const earlier = settled.map((other) => `NOT ${ruleSql(other, compileNext)}`);
    const { rows } = await db.query<{ place: number }>(
      `SELECT place FROM (
         SELECT place::float8 AS place FROM (
           SELECT v.*, ${hashOrderSql('$1::text', 'v.vin')} AS place FROM vehicles v WHERE v.retired_at IS NULL
         ) v LEFT JOIN vehicle_states s ON s.vin = v.vin
         WHERE ${[OFFERABLE, where, ...earlier].join(' AND ')}
       ) AS places ORDER BY place OFFSET $2 LIMIT 1`,
      values,
    );
    settled.push({ kind: 'until', order: rows[0]?.place ?? Number.MAX_SAFE_INTEGER });
  }
  return settled;
}

function ruleSql(
  rule: SettledRule,
  compileNext: (target: FleetQuery['definition']['target']) => string,
): string {
  switch (rule.kind) {
    case 'rest':
      return 'TRUE';
    case 'until':
      return `(v.place <= ${Math.trunc(rule.order)})`;
    case 'buckets':
      return `(v.place % 10000 >= ${rule.from} AND v.place % 10000 < ${rule.to})`;
    case 'filter':
      return compileNext(rule.filter);
  }
}

/** Configurations that the campaign would be offered to, and vehicles whose configuration has no key yet. */
async function eligibleGroups(
  db: Queryable,
  { definition, versions, now, catalog }: WaveQuery,
): Promise<{ keys: string[]; vins: string[] }> {
  const groups = await readFleetGroups(db, { definition, versions, now });
  const representatives = groups.map(({ representative }) => representative);
  const verdicts = await verdictSource(definition, catalog).judge(db, representatives);
  const keys = new Set<string>();
  const vins: string[] = [];
  for (const vehicle of representatives) {
    const decided = decideTargeted(vehicle, verdicts.get(vehicle.vin), definition, now);
    if (decided.kind !== 'eligible') continue;
    if (vehicle.configurationKey === null) vins.push(vehicle.vin);
    else keys.add(vehicle.configurationKey);
  }
  return { keys: [...keys], vins };
}
