import type { Pool } from 'pg';
import { orderOf } from '../domain/catalog.ts';
import { matchesVersion, seenSince } from '../domain/filter-evaluate.ts';
import type { TargetCondition, TargetFilter } from '../domain/target-filter.ts';
import type { VersionOrders } from '../domain/version.ts';
import { loadFleetVersions, loadVersionOrders } from './version-orders.ts';

/** A condition for `WHERE`, never null, with the values of its parameters in order. */
export type CompiledFilter = { text: string; values: unknown[] };

/**
 * How versions are ordered, and which ones the fleet has of each ECU type: a comparison becomes the list of
 * those that pass it in TypeScript, so that SQL and `matchesFilter` cannot differ in what newer means.
 */
export type FilterVersions = { orders: VersionOrders; inFleet: ReadonlyMap<string, readonly string[]> };

export type CompileOptions = {
  now: Date;
  versions: FilterVersions;
  /** Alias of `vehicles` in the query. */
  vehicle?: string;
  /** Number of the first parameter, where the query has some before. */
  firstParameter?: number;
  /** What the query demands of each VIN: said of the other tables too, Postgres reads no more of them. */
  within?: (vin: string) => string;
};

/** Compiles a filter to a condition on a row of `vehicles`; every column and operator is from a fixed list. */
export function compileFilter(filter: TargetFilter, options: CompileOptions): CompiledFilter {
  const vehicle = options.vehicle ?? 'v';
  if (!/^[a-z_][a-z0-9_]*$/.test(vehicle)) throw new TypeError(`“${vehicle}” is no alias`);
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${(options.firstParameter ?? 1) + values.push(value) - 1}`;
  return { text: compile(filter, { ...options, vehicle, bind }), values };
}

/** Loads what the filter's comparisons need and compiles it. */
export async function prepareFilter(
  pool: Pick<Pool, 'query'>,
  filter: TargetFilter,
  options: Omit<CompileOptions, 'versions'>,
): Promise<CompiledFilter> {
  return compileFilter(filter, { ...options, versions: await loadFilterVersions(pool, [filter]) });
}

/** Orders and fleet versions of every ECU type that these filters compare by order. */
export async function loadFilterVersions(
  pool: Pick<Pool, 'query'>,
  filters: readonly TargetFilter[],
): Promise<FilterVersions> {
  const types = [...new Set(filters.flatMap(orderedTypes))];
  if (types.length === 0) return { orders: new Map(), inFleet: new Map() };
  const [orders, inFleet] = await Promise.all([
    loadVersionOrders(pool, types),
    loadFleetVersions(pool, types),
  ]);
  return { orders, inFleet };
}

type Bind = (value: unknown) => string;
type Context = CompileOptions & { vehicle: string; bind: Bind };

const TEXT_COLUMNS = { vin: 'vin', model: 'model', region: 'region', timeZone: 'time_zone' } as const;
const COMPARISONS = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

function compile(filter: TargetFilter, context: Context): string {
  switch (filter.kind) {
    case 'all':
      return 'TRUE';
    case 'and':
      return `(${filter.filters.map((part) => compile(part, context)).join(' AND ')})`;
    case 'or':
      return `(${filter.filters.map((part) => compile(part, context)).join(' OR ')})`;
    case 'not':
      return `(NOT ${compile(filter.filter, context)})`;
    default:
      return compileCondition(filter, context);
  }
}

function compileCondition(condition: TargetCondition, context: Context): string {
  const { vehicle, bind, now } = context;
  switch (condition.kind) {
    case 'text':
      return condition.field === 'tag'
        ? compileTag(condition, context)
        : compileText(condition, TEXT_COLUMNS[condition.field], context);
    case 'modelYear':
      return `${vehicle}.model_year ${COMPARISONS[condition.operator]} ${bind(condition.value)}::int`;
    case 'skilledPersonOnly':
      return `${vehicle}.skilled_person_only = ${bind(condition.value)}::boolean`;
    case 'online':
      return `${condition.value ? '' : 'NOT '}${stateExists(context, 'fs.online')}`;
    case 'lastSeen': {
      const seen = stateExists(
        context,
        `fs.last_seen_at >= ${bind(seenSince(condition.minutes, now))}::timestamptz`,
      );
      return condition.operator === 'within' ? seen : `NOT ${seen}`;
    }
    case 'ecu':
      return compileEcu(condition, context);
    case 'campaign': {
      const inCampaign = `${isSame('fa', context)} AND fa.campaign_id = ${bind(condition.campaignId)}::text`;
      const state = condition.outcome === 'any' ? '' : ` AND fa.state = ${bind(condition.outcome)}::text`;
      return `EXISTS (SELECT 1 FROM assignments fa WHERE ${inCampaign}${state})`;
    }
  }
}

type TextCondition = Extract<TargetCondition, { kind: 'text' }>;

function compileText(
  { operator, values }: TextCondition,
  column: string,
  { vehicle, bind }: Context,
): string {
  const field = `${vehicle}.${column}`;
  switch (operator) {
    case '=':
    case 'in':
      return `${field} = ANY (${bind(values)}::text[])`;
    case '!=':
      return `${field} <> ALL (${bind(values)}::text[])`;
    case 'starts':
      return `(${values.map((value) => `starts_with(${field}, ${bind(value)}::text)`).join(' OR ')})`;
  }
}

function compileTag({ operator, values }: TextCondition, { vehicle, bind }: Context): string {
  const field = `${vehicle}.tags`;
  switch (operator) {
    case '=':
    case 'in':
      return `${field} && ${bind(values)}::text[]`;
    case '!=':
      return `NOT (${field} && ${bind(values)}::text[])`;
    case 'starts':
      return `EXISTS (SELECT 1 FROM unnest(${field}) AS ft (tag), unnest(${bind(values)}::text[]) AS fp (prefix) WHERE starts_with(ft.tag, fp.prefix))`;
  }
}

function compileEcu(condition: Extract<TargetCondition, { kind: 'ecu' }>, context: Context): string {
  const { bind, versions } = context;
  const { ecuType, hardware, software } = condition;
  const tests = [isSame('fe', context), `fe.type = ${bind(ecuType)}::text`];
  if (hardware)
    tests.push(`fe.hardware_version ${COMPARISONS[hardware.operator]} ${bind(hardware.value)}::text`);
  if (software?.operator === '=' || software?.operator === '!=') {
    tests.push(`fe.software_version ${COMPARISONS[software.operator]} ${bind(software.value ?? '')}::text`);
  } else if (software) {
    const inFleet = versions.inFleet.get(ecuType);
    if (!inFleet) throw new TypeError(`the fleet's versions of ${ecuType} were not loaded`);
    const passing = inFleet.filter((version) =>
      matchesVersion(software, version, orderOf(versions.orders, ecuType)),
    );
    tests.push(`fe.software_version = ANY (${bind(passing)}::text[])`);
  }
  return `EXISTS (SELECT 1 FROM ecus fe WHERE ${tests.join(' AND ')})`;
}

function stateExists(context: Context, test: string): string {
  return `EXISTS (SELECT 1 FROM vehicle_states fs WHERE ${isSame('fs', context)} AND ${test})`;
}

/** A row of another table is of the vehicle. */
function isSame(alias: string, { vehicle, within }: Context): string {
  const same = `${alias}.vin = ${vehicle}.vin`;
  return within ? `${same} AND ${within(`${alias}.vin`)}` : same;
}

function orderedTypes(filter: TargetFilter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(orderedTypes);
    case 'not':
      return orderedTypes(filter.filter);
    case 'ecu':
      return filter.software && !['=', '!='].includes(filter.software.operator) ? [filter.ecuType] : [];
    default:
      return [];
  }
}
