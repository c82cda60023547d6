import { buildCatalog, type Catalog, type CatalogRelease } from './catalog.ts';
import type { ConfiguredEcu } from './configuration.ts';
import type { ReleaseDependency } from './release.ts';
import type { VersionOrder } from './version.ts';

/** A release for tests: of hardware H1, from any version, released. */
export function aRelease(
  ecuType: string,
  version: string,
  more: Partial<CatalogRelease> = {},
): CatalogRelease {
  return {
    id: `${ecuType}-${version}`,
    state: 'released',
    ecuType,
    version,
    hardwareVersions: ['H1'],
    fromVersions: { kind: 'any' },
    dependencies: [],
    rollbackTo: [],
    skilledPersonOnly: false,
    ...more,
  };
}

/** A dependency for tests, which a release of the same campaign may bring. */
export function needs(ecuType: string, minimumVersion: string, maySameCampaign = true): ReleaseDependency {
  return { ecuType, minimumVersion, maySameCampaign };
}

/** A healthy ECU for tests, its type named like itself. */
export function anEcu(
  ecuId: string,
  softwareVersion: string,
  more: Partial<ConfiguredEcu> = {},
): ConfiguredEcu {
  return {
    ecuId,
    type: ecuId,
    hardwareVersion: 'H1',
    softwareVersion,
    status: 'ok',
    state: 'present',
    ...more,
  };
}

/** A catalog of semver types, `CAM` excepted, which is a lineage of cam-a, cam-b, cam-c. */
export function aCatalog(
  releases: readonly CatalogRelease[],
  orders: Record<string, VersionOrder> = {},
): Catalog {
  const semver: VersionOrder = { scheme: 'semver', lineage: new Map() };
  const types = new Set([...releases.map(({ ecuType }) => ecuType), 'BMS', 'VCU', 'GW', 'TCU']);
  const lineage = new Map(['cam-a', 'cam-b', 'cam-c'].map((version, index) => [version, index]));
  const all = new Map<string, VersionOrder>([...types].map((type) => [type, semver]));
  all.set('CAM', { scheme: 'lineage', lineage });
  for (const [type, order] of Object.entries(orders)) all.set(type, order);
  return buildCatalog(all, releases);
}
