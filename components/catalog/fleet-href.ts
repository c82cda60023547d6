import { printFilter } from '#lib/domain/filter-text.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';

/** The fleet page, showing exactly the vehicles of a filter. */
export function fleetHref(filter: TargetFilter): string {
  return `/fleet?q=${encodeURIComponent(printFilter(filter))}`;
}

/** The fleet page, showing the vehicles that have this ECU type, in this version where named. */
export function installedHref(ecuType: string, version?: string): string {
  const software = version === undefined ? {} : { software: { operator: '=' as const, value: version } };
  return fleetHref({ kind: 'ecu', ecuType, ...software });
}
