import { type Catalog, type CatalogRelease, isAtLeast, orderOf } from './catalog.ts';
import type { Configuration, ConfiguredEcu } from './configuration.ts';
import { about } from './ecu-check.ts';
import type { DependencyFault, ExclusionReason } from './exclusion-reason.ts';
import type { ReleaseDependency } from './release.ts';

/** One ECU that is to get one release. */
export type PlannedUpdate = { ecu: ConfiguredEcu; release: CatalogRelease };

export type UpdatePlan = { ordered: PlannedUpdate[]; reasons: ExclusionReason[] };

/**
 * Orders the updates of one vehicle so that every dependency holds at every moment: what an update needs
 * comes before it, and what would no longer be served by an update leaves before it. Stable: otherwise the
 * given order is kept. Any reason means that none of the updates may be offered.
 */
export function planUpdates(
  updates: readonly PlannedUpdate[],
  configuration: Configuration,
  catalog: Catalog,
): UpdatePlan {
  const reasons: ExclusionReason[] = [];
  const before = new Map<PlannedUpdate, Set<PlannedUpdate>>(updates.map((update) => [update, new Set()]));
  for (const update of updates) {
    for (const dependency of update.release.dependencies) {
      const needed = resolve(update, dependency, updates, configuration, catalog);
      for (const other of needed.after) before.get(update)?.add(other);
      reasons.push(...needed.reasons);
    }
    for (const dependent of dependents(update, configuration, catalog)) {
      const leaving = updates.find(({ ecu }) => ecu.ecuId === dependent.ecu.ecuId);
      if (leaving) before.get(update)?.add(leaving);
      else reasons.push(breaks(update, dependent));
    }
  }
  const { ordered, stuck } = sort(updates, before);
  if (stuck.length > 0) reasons.push(...cycleReasons(stuck, before));
  return { ordered, reasons };
}

function resolve(
  update: PlannedUpdate,
  dependency: ReleaseDependency,
  updates: readonly PlannedUpdate[],
  configuration: Configuration,
  catalog: Catalog,
): { after: PlannedUpdate[]; reasons: ExclusionReason[] } {
  const order = orderOf(catalog.orders, dependency.ecuType);
  const providers = configuration.ecus.filter(({ type }) => type === dependency.ecuType);
  const after: PlannedUpdate[] = [];
  const reasons: ExclusionReason[] = [];
  if (providers.length === 0) reasons.push(unmet(update, dependency, 'no_such_ecu'));
  for (const provider of providers) {
    const other = updates.find((candidate) => candidate !== update && candidate.ecu.ecuId === provider.ecuId);
    const installed = isAtLeast(order, provider.softwareVersion, dependency.minimumVersion);
    const brought = other ? isAtLeast(order, other.release.version, dependency.minimumVersion) : installed;
    if (provider.state === 'missing') reasons.push(unmet(update, dependency, 'ecu_missing', provider));
    else if (installed === true && brought === true) continue;
    else if (other && brought === true && dependency.maySameCampaign) after.push(other);
    else if (other && brought === true)
      reasons.push(unmet(update, dependency, 'not_in_same_campaign', provider));
    else if (other && installed === true)
      reasons.push(
        unmet(update, dependency, 'too_old', { ...provider, softwareVersion: other.release.version }),
      );
    else
      reasons.push(
        unmet(update, dependency, installed === 'unknown' ? 'unknown_version' : 'too_old', provider),
      );
  }
  return { after, reasons };
}

type Dependent = { ecu: ConfiguredEcu; dependency: ReleaseDependency };

/** Other ECUs whose installed release would lose what it needs by this update (it goes to an older version). */
function dependents(update: PlannedUpdate, configuration: Configuration, catalog: Catalog): Dependent[] {
  const order = orderOf(catalog.orders, update.release.ecuType);
  const found: Dependent[] = [];
  for (const ecu of configuration.ecus) {
    if (ecu.ecuId === update.ecu.ecuId || ecu.state === 'missing') continue;
    const release = catalog.byType
      .get(ecu.type)
      ?.find(({ version, state }) => version === ecu.softwareVersion && state !== 'draft');
    for (const dependency of release?.dependencies ?? []) {
      if (dependency.ecuType !== update.release.ecuType) continue;
      const held = isAtLeast(order, update.ecu.softwareVersion, dependency.minimumVersion) === true;
      if (held && isAtLeast(order, update.release.version, dependency.minimumVersion) !== true)
        found.push({ ecu, dependency });
    }
  }
  return found;
}

function sort(
  updates: readonly PlannedUpdate[],
  before: ReadonlyMap<PlannedUpdate, ReadonlySet<PlannedUpdate>>,
): { ordered: PlannedUpdate[]; stuck: PlannedUpdate[] } {
  const ordered: PlannedUpdate[] = [];
  let waiting = [...updates];
  while (waiting.length > 0) {
    const next = waiting.find((update) => waiting.every((other) => !before.get(update)?.has(other)));
    if (!next) break;
    ordered.push(next);
    waiting = waiting.filter((update) => update !== next);
  }
  return { ordered, stuck: waiting };
}

/** One reason for the first cycle found among the updates that could not be ordered. */
function cycleReasons(
  stuck: readonly PlannedUpdate[],
  before: ReadonlyMap<PlannedUpdate, ReadonlySet<PlannedUpdate>>,
): ExclusionReason[] {
  const path: PlannedUpdate[] = [];
  let current = stuck[0];
  while (current && !path.includes(current)) {
    path.push(current);
    const needs = before.get(current);
    current = stuck.find((update) => needs?.has(update));
  }
  if (!current) return [];
  const cycle = [...path.slice(path.indexOf(current)), current];
  const needed = cycle[1] ?? current;
  return [
    {
      code: 'dependency_unmet',
      ...about(current.release, current.ecu),
      fault: 'cycle',
      neededType: needed.release.ecuType,
      neededVersion: needed.release.version,
      neededEcuId: needed.ecu.ecuId,
      cycle: cycle.map(({ ecu }) => ecu.ecuId),
    },
  ];
}

function unmet(
  update: PlannedUpdate,
  dependency: ReleaseDependency,
  fault: DependencyFault,
  found?: ConfiguredEcu,
): ExclusionReason {
  return {
    code: 'dependency_unmet',
    ...about(update.release, update.ecu),
    fault,
    neededType: dependency.ecuType,
    neededVersion: dependency.minimumVersion,
    ...(found && { neededEcuId: found.ecuId, foundVersion: found.softwareVersion }),
  };
}

function breaks(update: PlannedUpdate, dependent: Dependent): ExclusionReason {
  return unmet(update, dependent.dependency, 'breaks_installed', dependent.ecu);
}
