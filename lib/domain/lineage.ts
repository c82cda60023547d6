import type { Lineage } from './version.ts';

/** Where versions are put into a lineage: a release is `newest`, a factory baseline often is `oldest`. */
export type LineagePosition = { kind: 'newest' } | { kind: 'oldest' } | { kind: 'after'; version: string };

export type LineagePlacement =
  /** `lineage` is the whole new one; `changed` holds the versions whose ordinal is new or moved. */
  | { kind: 'placed'; lineage: Map<string, number>; changed: Map<string, number> }
  | { kind: 'already_known'; versions: string[] }
  | { kind: 'unknown_position'; version: string };

/** Distance between neighbours, so that a version declared late usually fits without moving others. */
export const LINEAGE_STEP = 1024;

/**
 * Places versions, oldest first, into the lineage of an ECU type. Order among the versions already there
 * never changes; ordinals move only where there is no room left between two neighbours.
 */
export function placeInLineage(
  lineage: Lineage,
  versions: readonly string[],
  position: LineagePosition,
): LineagePlacement {
  const known = versions.filter(
    (version, index) => lineage.has(version) || versions.indexOf(version) !== index,
  );
  if (known.length > 0) return { kind: 'already_known', versions: [...new Set(known)] };
  const sorted = lineageOrder(lineage);
  const at = insertionIndex(sorted, position);
  if (at === undefined)
    return { kind: 'unknown_position', version: position.kind === 'after' ? position.version : '' };

  const before = ordinalOf(lineage, sorted[at - 1]);
  const after = ordinalOf(lineage, sorted[at]);
  const changed = ordinalsBetween(before, after, versions);
  if (changed) return { kind: 'placed', lineage: new Map([...lineage, ...changed]), changed };

  const all = sorted.toSpliced(at, 0, ...versions);
  const renumbered = new Map(all.map((version, index) => [version, (index + 1) * LINEAGE_STEP]));
  const moved = new Map([...renumbered].filter(([version, ordinal]) => lineage.get(version) !== ordinal));
  return { kind: 'placed', lineage: renumbered, changed: moved };
}

/** The versions of a lineage, oldest first. */
export function lineageOrder(lineage: Lineage): string[] {
  return [...lineage].sort(([, a], [, b]) => a - b).map(([version]) => version);
}

function insertionIndex(sorted: readonly string[], position: LineagePosition): number | undefined {
  if (position.kind === 'newest') return sorted.length;
  if (position.kind === 'oldest') return 0;
  const index = sorted.indexOf(position.version);
  return index < 0 ? undefined : index + 1;
}

function ordinalOf(lineage: Lineage, version: string | undefined): number | undefined {
  return version === undefined ? undefined : lineage.get(version);
}

/** Evenly spread ordinals in the open interval; undefined where it is too narrow. */
function ordinalsBetween(
  before: number | undefined,
  after: number | undefined,
  versions: readonly string[],
): Map<string, number> | undefined {
  const ends =
    before === undefined && after !== undefined
      ? after - (versions.length + 1) * LINEAGE_STEP
      : (before ?? 0);
  const step =
    before === undefined || after === undefined
      ? LINEAGE_STEP
      : Math.floor((after - before) / (versions.length + 1));
  return step < 1
    ? undefined
    : new Map(versions.map((version, index) => [version, ends + (index + 1) * step]));
}
