import { orderOf } from './catalog.ts';
import type { AssignmentState } from './states.ts';
import type { TargetCondition, TargetFilter } from './target-filter.ts';
import { compareVersions, isKnownVersion, type VersionOrder, type VersionOrders } from './version.ts';

/** A vehicle as a target filter sees it. */
export type FilterableVehicle = {
  vin: string;
  model: string;
  modelYear: number;
  region: string;
  timeZone: string;
  tags: readonly string[];
  skilledPersonOnly: boolean;
  online: boolean;
  /** `null` where it was never seen. */
  lastSeenAt: Date | null;
  /** Missing ones count with what they last reported. */
  ecus: readonly { type: string; hardwareVersion: string; softwareVersion: string }[];
  /** State of its assignment by campaign id. */
  campaigns: ReadonlyMap<string, AssignmentState>;
};

/** Tells whether a filter selects a vehicle; the same set as `compileFilter` gives in SQL. */
export function matchesFilter(
  filter: TargetFilter,
  vehicle: FilterableVehicle,
  orders: VersionOrders,
  now: Date,
): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'and':
      return filter.filters.every((part) => matchesFilter(part, vehicle, orders, now));
    case 'or':
      return filter.filters.some((part) => matchesFilter(part, vehicle, orders, now));
    case 'not':
      return !matchesFilter(filter.filter, vehicle, orders, now);
    default:
      return matchesCondition(filter, vehicle, orders, now);
  }
}

type VersionTest = NonNullable<Extract<TargetCondition, { kind: 'ecu' }>['software']>;

/** Tells whether a software version passes a test; comparing with or by an unknown version never does. */
export function matchesVersion(test: VersionTest, version: string, order: VersionOrder): boolean {
  const { operator, value = '' } = test;
  switch (operator) {
    case '=':
      return version === value;
    case '!=':
      return version !== value;
    case 'known':
      return isKnownVersion(order, version);
    case 'unknown':
      return !isKnownVersion(order, version);
    default: {
      const comparison = compareVersions(order, version, value);
      return comparison !== 'unknown' && compares(comparison, operator);
    }
  }
}

function matchesCondition(
  condition: TargetCondition,
  vehicle: FilterableVehicle,
  orders: VersionOrders,
  now: Date,
): boolean {
  switch (condition.kind) {
    case 'text':
      return matchesText(condition, textsOf(vehicle, condition.field));
    case 'modelYear':
      return compares(vehicle.modelYear - condition.value, condition.operator);
    case 'online':
      return vehicle.online === condition.value;
    case 'lastSeen': {
      const since = seenSince(condition.minutes, now).getTime();
      const isWithin = vehicle.lastSeenAt !== null && vehicle.lastSeenAt.getTime() >= since;
      return isWithin === (condition.operator === 'within');
    }
    case 'ecu':
      return vehicle.ecus.some((ecu) => matchesEcu(condition, ecu, orders));
    case 'campaign': {
      const state = vehicle.campaigns.get(condition.campaignId);
      return condition.outcome === 'any' ? state !== undefined : state === condition.outcome;
    }
    case 'skilledPersonOnly':
      return vehicle.skilledPersonOnly === condition.value;
  }
}

/** Since when a vehicle must have been seen to be within the last so many minutes; the instant itself counts. */
export function seenSince(minutes: number, now: Date): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

function matchesText(
  condition: Extract<TargetCondition, { kind: 'text' }>,
  texts: readonly string[],
): boolean {
  switch (condition.operator) {
    case '=':
    case 'in':
      return texts.some((text) => condition.values.includes(text));
    case '!=':
      return !texts.some((text) => condition.values.includes(text));
    case 'starts':
      return texts.some((text) => condition.values.some((value) => text.startsWith(value)));
  }
}

/** Tells whether one ECU passes an ECU condition. */
export function matchesEcu(
  condition: Extract<TargetCondition, { kind: 'ecu' }>,
  ecu: FilterableVehicle['ecus'][number],
  orders: VersionOrders,
): boolean {
  const { hardware, software } = condition;
  if (ecu.type !== condition.ecuType) return false;
  if (hardware && (ecu.hardwareVersion === hardware.value) !== (hardware.operator === '=')) return false;
  return !software || matchesVersion(software, ecu.softwareVersion, orderOf(orders, ecu.type));
}

function textsOf(
  vehicle: FilterableVehicle,
  field: Extract<TargetCondition, { kind: 'text' }>['field'],
): readonly string[] {
  return field === 'tag' ? vehicle.tags : [vehicle[field]];
}

function compares(difference: number, operator: '=' | '!=' | '<' | '<=' | '>' | '>='): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}
