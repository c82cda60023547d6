import { type CompiledFilter, compileFilter, type FilterVersions } from '#lib/db/filter-sql.ts';
import type { Queryable } from '#lib/db/queryable.ts';
import { repeated } from '#lib/db/repeated.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { FilterableVehicle } from '#lib/domain/filter-evaluate.ts';

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
  /** Its owner refused one of the campaign's releases in another campaign. */
  declined: boolean;
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
  definition: Pick<CampaignDefinition, 'target' | 'waves' | 'releaseIds'>;
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
  const values: unknown[] = [page.after ?? '', page.limit, page.definition.releaseIds];
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
  type StoredRow = {
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
    declined: boolean;
    wave_filters: boolean[];
  };
  const text = `SELECT v.vin, v.model, v.time_zone, s.configuration_key, v.complete, v.skilled_person_only,
            s.tcu_replaced_at IS NOT NULL AS tcu_replaced, v.partial_ecus, v.blocked_at IS NOT NULL AS blocked,
            coalesce(s.online, false) AS online, ${declinedSql('v.vin', '$3')} AS declined, ARRAY[${filters.join(', ')}]::boolean[] AS wave_filters
     FROM vehicles v LEFT JOIN vehicle_states s ON s.vin = v.vin
     WHERE v.vin > $1 AND v.retired_at IS NULL AND ${where} ${only}
     ORDER BY v.vin LIMIT $2`;
  // Of a few vehicles, whatever they are asked for, it is read again and again.
  const { rows } = await db.query<StoredRow>(page.vins ? repeated(text, values) : { text, values });
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
    declined: row.declined,
    waveFilters: row.wave_filters,
  }));
}

/** Condition that the owner of a vehicle refused one of the releases, by whichever campaign it was offered. */
export function declinedSql(vin: string, releaseIds: string): string {
  return `(${vin} IN (SELECT d.vin FROM campaign_releases r JOIN assignments d ON d.campaign_id = r.campaign_id
    WHERE r.release_id = ANY (${releaseIds}) AND d.state = 'declined'))`;
}

/** A vehicle's ECUs as target filters see them. */
export type FilterEcus = FilterableVehicle['ecus'];

/** How many vehicles a target filter selects. */
export async function countFleet(db: Queryable, { definition, versions, now }: FleetQuery): Promise<number> {
  const where = compileFilter(definition.target, { now, versions });
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM vehicles v WHERE v.retired_at IS NULL AND ${where.text}`,
    where.values,
  );
  return rows[0]?.count ?? 0;
}
