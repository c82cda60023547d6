import { type Catalog, type CatalogRelease, isAtLeast, orderOf } from './catalog.ts';
import type { ReleaseDependency } from './release.ts';

/**
 * The cycle that a candidate would close, as releases that each need the next, the first one again at the
 * end; `undefined` where the candidate can be installed.
 *
 * A release can be installed when every dependency has a provider: a declared baseline of at least the
 * minimum version, or a release that can be installed itself. Lockstep updates (A 2 needs B 1, B 2 needs A 2)
 * are no cycle, therefore. A dependency of which the catalog has no provider at all is met from outside of
 * it. Withdrawn releases provide nothing; `candidate` takes the place of its own entry in the catalog.
 */
export function findDependencyCycle(
  catalog: Catalog,
  candidate: CatalogRelease,
): CatalogRelease[] | undefined {
  const others = [...catalog.releases.values()].filter(
    ({ id, state }) => id !== candidate.id && state === 'released',
  );
  const byType = Map.groupBy([...others, candidate], (release) => release.ecuType);
  const providersOf = (dependency: ReleaseDependency) =>
    (byType.get(dependency.ecuType) ?? []).filter((release) => provides(catalog, release, dependency));

  const installable = new Set<CatalogRelease>();
  const isMet = (dependency: ReleaseDependency) => {
    if (hasBaseline(catalog, candidate, dependency)) return true;
    const providers = providersOf(dependency);
    return providers.length === 0 || providers.some((provider) => installable.has(provider));
  };
  const waiting = new Set([...byType.values()].flat());
  for (let grew = true; grew && !installable.has(candidate); ) {
    grew = false;
    for (const release of waiting) {
      if (!release.dependencies.every(isMet)) continue;
      installable.add(release);
      waiting.delete(release);
      grew = true;
    }
  }
  if (installable.has(candidate)) return undefined;

  const path: CatalogRelease[] = [];
  let current: CatalogRelease | undefined = candidate;
  while (current && !path.includes(current)) {
    path.push(current);
    const unmet = current.dependencies.find((dependency) => !isMet(dependency));
    const providers: CatalogRelease[] = unmet ? providersOf(unmet) : [];
    current = providers.find((provider) => path.includes(provider)) ?? providers[0];
  }
  return current ? [...path.slice(path.indexOf(current)), current] : undefined;
}

/** The cycle as a sentence, e.g. “BMS 2 needs VCU 3, VCU 3 needs BMS 2.” */
export function describeCycle(cycle: readonly CatalogRelease[]): string {
  const names = cycle.map(({ ecuType, version }) => `${ecuType} ${version}`);
  return `${names
    .slice(0, -1)
    .map((name, index) => `${name} needs ${names[index + 1]}`)
    .join(', ')}.`;
}

function provides(catalog: Catalog, release: CatalogRelease, dependency: ReleaseDependency): boolean {
  const order = orderOf(catalog.orders, dependency.ecuType);
  // A candidate of a lineage has no ordinal before it is released: then it will be the newest.
  if (order.scheme === 'lineage' && !order.lineage.has(release.version)) return true;
  return isAtLeast(order, release.version, dependency.minimumVersion) === true;
}

function hasBaseline(catalog: Catalog, candidate: CatalogRelease, dependency: ReleaseDependency): boolean {
  const order = orderOf(catalog.orders, dependency.ecuType);
  const releases = [...(catalog.byType.get(dependency.ecuType) ?? []), candidate];
  for (const version of order.lineage.keys()) {
    const isBaseline = !releases.some(
      (release) => release.ecuType === dependency.ecuType && release.version === version,
    );
    if (isBaseline && isAtLeast(order, version, dependency.minimumVersion) === true) return true;
  }
  return false;
}
