import { type FilterableVehicle, matchesEcu } from './filter-evaluate.ts';
import type { TargetFilter } from './target-filter.ts';
import type { VersionOrders } from './version.ts';

/** What a vehicle's ECUs alone say about a filter; `unknown` where something else decides. */
export type Possibility = 'yes' | 'no' | 'unknown';

/**
 * Judges a filter by a vehicle's ECUs alone. `no` is final: `matchesFilter` selects no vehicle with these ECUs,
 * whatever else it is; `yes` is as final.
 */
export function possibleBy(
  filter: TargetFilter,
  ecus: FilterableVehicle['ecus'],
  orders: VersionOrders,
): Possibility {
  switch (filter.kind) {
    case 'all':
      return 'yes';
    case 'and':
      return weakest(
        filter.filters.map((part) => possibleBy(part, ecus, orders)),
        'no',
        'yes',
      );
    case 'or':
      return weakest(
        filter.filters.map((part) => possibleBy(part, ecus, orders)),
        'yes',
        'no',
      );
    case 'not':
      return OPPOSITE[possibleBy(filter.filter, ecus, orders)];
    case 'ecu':
      return ecus.some((ecu) => matchesEcu(filter, ecu, orders)) ? 'yes' : 'no';
    default:
      return 'unknown';
  }
}

const OPPOSITE = { yes: 'no', no: 'yes', unknown: 'unknown' } as const;

/** One `decisive` part decides for all; all must be `otherwise` for that. */
function weakest(
  parts: readonly Possibility[],
  decisive: 'yes' | 'no',
  otherwise: 'yes' | 'no',
): Possibility {
  if (parts.includes(decisive)) return decisive;
  return parts.includes('unknown') ? 'unknown' : otherwise;
}
