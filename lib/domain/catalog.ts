import type { ReleaseDefinition, ReleaseState } from './release.ts';
import {
  compareVersions,
  NO_ORDER,
  type VersionComparison,
  type VersionOrder,
  type VersionOrders,
} from './version.ts';

/** A release as far as rules need it. */
export type CatalogRelease = Pick<
  ReleaseDefinition,
  | 'ecuType'
  | 'version'
  | 'hardwareVersions'
  | 'fromVersions'
  | 'dependencies'
  | 'rollbackTo'
  | 'skilledPersonOnly'
> & { id: string; state: ReleaseState };

/** The update catalog as rules see it: how versions are ordered, and every release of any state. */
export type Catalog = {
  orders: VersionOrders;
  releases: ReadonlyMap<string, CatalogRelease>;
  /** Releases by ECU type, in the given order. */
  byType: ReadonlyMap<string, readonly CatalogRelease[]>;
};

/** Indexes releases for the rules; their order is kept. */
export function buildCatalog(orders: VersionOrders, releases: Iterable<CatalogRelease>): Catalog {
  const all = [...releases];
  return {
    orders,
    releases: new Map(all.map((release) => [release.id, release])),
    byType: Map.groupBy(all, (release) => release.ecuType),
  };
}

/** Order of an ECU type; of one that the catalog does not have, every version is unknown. */
export function orderOf(orders: VersionOrders, ecuType: string): VersionOrder {
  return orders.get(ecuType) ?? NO_ORDER;
}

/** Tells whether `version` is at least `minimum`: the same text, or not ranking before it. */
export function isAtLeast(order: VersionOrder, version: string, minimum: string): boolean | 'unknown' {
  if (version === minimum) return true;
  const comparison: VersionComparison = compareVersions(order, version, minimum);
  return comparison === 'unknown' ? 'unknown' : comparison >= 0;
}
