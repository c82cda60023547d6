import type pg from 'pg';
import { type CompiledFilter, compileFilter, type FilterVersions } from '#lib/db/filter-sql.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { hashOrderSql, type WaveRule, waveRules } from '#lib/domain/waves.ts';

type Queryable = Pick<pg.PoolClient, 'query'>;

/** A targeted vehicle as plan and preview see it. */
export type FleetRow = {
  vin: string;
  model: string;
  timeZone: string;
  configurationKey: string | null;
  complete: boolean;
  skilledPersonOnly: boolean;
  retired: boolean;
  tcuReplaced: boolean;
  blockedEcuIds: string[] | null;
  online: boolean;
  /** For each wave of size `filter`, in order: whether the vehicle passes it. */
  waveFilters: boolean[];
};

/** Filters that a definition compares by: its target's and its waves'. */
export function filtersOf(definition: Pick<CampaignDefinition, 'target' | 'waves'>) {
  return [
    definition.target,
    ...definition.waves.flatMap(({ size }) => (size.kind === 'filter' ? [size.filter] : [])),
  ];
}

export type FleetQuery = {
  definition: Pick<CampaignDefinition, 'target' | 'waves'>;
  versions: FilterVersions;
  now: Date;
};

export type FleetPage = FleetQuery & {
  /** VIN after which the page begins. */
  after: string | null;
  limit: number;
  /** Of these only; for vehicles that may join. */
  vins?: readonly string[] | undefined;
};

/** Reads targeted vehicles in VIN order; retired ones are no part of the fleet. */
export async function readFleet(db: Queryable, page: FleetPage): Promise<FleetRow[]> {
  const values: unknown[] = [page.after ?? '', page.limit];
  const bind = (filter: CompiledFilter) => {
    values.push(...filter.values);
    return filter.text;
  };
  const compileNext = (target: FleetQuery['definition']['target']) =>
    bind(
      compileFilter(target, { now: page.now, versions: page.versions, firstParameter: values.length + 1 }),
    );
  const where = compileNext(page.definition.target);
  const filters = page.definition.waves.flatMap(({ size }) =>
    size.kind === 'filter' ? [compileNext(size.filter)] : [],
  );
  let only = '';
  if (page.vins) {
    values.push(page.vins);
    only = `AND v.vin = ANY ($${values.length}::text[])`;
  }
  const { rows } = await db.query<{
    vin: string;
    model: string;
    time_zone: string;
    configuration_key: string | null;
    complete: boolean;
    skilled_person_only: boolean;
    tcu_replaced: boolean;
    partial_ecus: string[];
    blocked: boolean;
    online: boolean;
    wave_filters: boolean[];
  }>(
    `SELECT v.vin, v.model, v.time_zone, s.configuration_key, v.complete, v.skilled_person_only,
            s.tcu_replaced_at IS NOT NULL AS tcu_replaced, v.partial_ecus, v.blocked_at IS NOT NULL AS blocked,
            coalesce(s.online, false) AS online, ARRAY[${filters.join(', ')}]::boolean[] AS wave_filters
     FROM vehicles v LEFT JOIN vehicle_states s ON s.vin = v.vin
     WHERE v.vin > $1 AND v.retired_at IS NULL AND ${where} ${only}
     ORDER BY v.vin LIMIT $2`,
    values,
  );
  return rows.map((row) => ({
    vin: row.vin,
    model: row.model,
    timeZone: row.time_zone,
    configurationKey: row.configuration_key,
    complete: row.complete,
    skilledPersonOnly: row.skilled_person_only,
    retired: false,
    tcuReplaced: row.tcu_replaced,
    blockedEcuIds: row.blocked ? row.partial_ecus : null,
    online: row.online,
    waveFilters: row.wave_filters,
  }));
}

/** How many vehicles a target filter selects. */
export async function countFleet(db: Queryable, { definition, versions, now }: FleetQuery): Promise<number> {
  const where = compileFilter(definition.target, { now, versions });
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM vehicles v WHERE v.retired_at IS NULL AND ${where.text}`,
    where.values,
  );
  return rows[0]?.count ?? 0;
}

/** A wave rule that needs no knowledge of other vehicles: counts have become places in the hash order. */
export type SettledRule = Exclude<WaveRule, { kind: 'count' }> | { kind: 'until'; order: number };

/**
 * The rules of a campaign's waves, settled for its fleet of now: the first `count` vehicles in hash order that
 * no earlier wave takes are those up to some place in that order, found by one query a wave.
 */
export async function settleWaveRules(
  db: Queryable,
  campaignId: string,
  { definition, versions, now }: FleetQuery,
): Promise<SettledRule[]> {
  const settled: SettledRule[] = [];
  for (const rule of waveRules(definition.waves)) {
    if (rule.kind !== 'count') {
      settled.push(rule);
      continue;
    }
    const values: unknown[] = [campaignId, rule.count - 1];
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
         ) v WHERE ${[where, ...earlier].join(' AND ')}
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
