import { createLoader, parseAsBoolean, parseAsString, parseAsStringLiteral } from 'nuqs/server';
import { type FilterError, parseFilterText } from '#lib/domain/filter-text.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';

export const FLEET_SORTS = ['vin', 'model', 'region', 'modelYear', 'lastSeen'] as const;
export const ATTENTIONS = ['tcu_replaced', 'blocked', 'incomplete', 'swapped'] as const;

/** All that the fleet page keeps in its URL. */
export const fleetParsers = {
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(FLEET_SORTS).withDefault('vin'),
  desc: parseAsBoolean.withDefault(false),
  retired: parseAsBoolean.withDefault(false),
  attention: parseAsStringLiteral(ATTENTIONS),
  ecu: parseAsString.withDefault(''),
  /** Whether the versions' course over time is shown. */
  course: parseAsBoolean.withDefault(false),
};

export const loadFleetUrl = createLoader(fleetParsers);
export type FleetUrl = Awaited<ReturnType<typeof loadFleetUrl>>;

export type ReadFilter = { filter: TargetFilter; errors: FilterError[] };

/** The filter of a URL; no text is the whole fleet. */
export function readFilter(text: string): ReadFilter {
  if (text.trim() === '') return { filter: { kind: 'all' }, errors: [] };
  const parsed = parseFilterText(text);
  return parsed.kind === 'ok'
    ? { filter: parsed.filter, errors: [] }
    : { filter: { kind: 'all' }, errors: parsed.errors };
}

/** Query string for the API and for CSV, of exactly what the page shows. */
export function fleetQueryString(url: FleetUrl, cursor?: string): string {
  const query = new URLSearchParams();
  if (url.q) query.set('q', url.q);
  query.set('sort', url.sort);
  if (url.desc) query.set('desc', 'true');
  if (url.retired) query.set('retired', 'true');
  if (url.attention) query.set('attention', url.attention);
  if (cursor) query.set('cursor', cursor);
  return query.toString();
}
