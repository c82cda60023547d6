import { parse as parseSemver } from 'semver';
import type { FromVersions } from '../protocol/ota-update.ts';
import type { VersionScheme } from './release.ts';

/** Position of each version that the catalog knows of one ECU type; a higher ordinal came later. */
export type Lineage = ReadonlyMap<string, number>;

/** How the versions of one ECU type are ordered. */
export type VersionOrder = { scheme: VersionScheme; lineage: Lineage };

/** Orders by the name of the ECU type. */
export type VersionOrders = ReadonlyMap<string, VersionOrder>;

export type VersionComparison = -1 | 0 | 1 | 'unknown';

/** Order of an ECU type that the catalog does not have: every version of it is unknown. */
export const NO_ORDER: VersionOrder = { scheme: 'lineage', lineage: new Map() };

/**
 * Tells whether `a` ranks before (-1), with (0) or after (1) `b`, both in escaped form; `unknown` where the
 * catalog cannot place one of them, which never means older.
 *
 * Rank is not identity: `1.0` and `1.0.0` (dotted), or `1.0.0+a` and `1.0.0+b` (SemVer 2.0.0 §10), rank
 * equal and are still two versions. Whether a version *is* another one is asked of the texts alone.
 */
export function compareVersions(order: VersionOrder, a: string, b: string): VersionComparison {
  switch (order.scheme) {
    case 'semver': {
      const left = parseSemver(a);
      const right = parseSemver(b);
      return left && right ? left.compare(right) : 'unknown';
    }
    case 'dotted': {
      const left = parseDotted(a);
      const right = parseDotted(b);
      return left && right ? compareDotted(left, right) : 'unknown';
    }
    case 'lineage': {
      const left = order.lineage.get(a);
      const right = order.lineage.get(b);
      return left === undefined || right === undefined ? 'unknown' : sign(left - right);
    }
  }
}

/** Tells whether the order can place a version: it is in the lineage, or its scheme can read it. */
export function isKnownVersion(order: VersionOrder, version: string): boolean {
  switch (order.scheme) {
    case 'semver':
      return parseSemver(version) !== null;
    case 'dotted':
      return parseDotted(version) !== undefined;
    case 'lineage':
      return order.lineage.has(version);
  }
}

/**
 * Tells whether a release with these from-versions may be installed over `version`. A range includes both of
 * its ends; `unknown` where a range cannot be judged. `any` and a list are judged without an order.
 */
export function matchesFromVersions(
  order: VersionOrder,
  from: FromVersions,
  version: string,
): boolean | 'unknown' {
  switch (from.kind) {
    case 'any':
      return true;
    case 'list':
      return from.versions.includes(version);
    case 'range': {
      const lower = from.from === undefined ? -1 : compareVersions(order, from.from, version);
      const upper = from.to === undefined ? -1 : compareVersions(order, version, from.to);
      if (lower === 1 || upper === 1) return false;
      return lower === 'unknown' || upper === 'unknown' || !isKnownVersion(order, version) ? 'unknown' : true;
    }
  }
}

type DottedComponent = { digits: string; letters: string };

const DOTTED = /^[vV]?(\d+[A-Za-z]*(?:\.\d+[A-Za-z]*)*)$/;

/**
 * `dotted`: components parted by dots, each of digits and then, optionally, letters (`1.10.2`, `v2.04b`).
 * Digits compare as numbers of any length. Letters come after none and compare as text without regard to
 * case (`1.2` < `1.2a` < `1.2b` < `1.3`); an absent component is 0. Anything else is not readable.
 */
function parseDotted(version: string): DottedComponent[] | undefined {
  return DOTTED.exec(version)?.[1]
    ?.split('.')
    .map((component) => {
      const digits = /^\d+/.exec(component)?.[0] ?? '';
      return {
        digits: digits.replace(/^0+(?=\d)/, ''),
        letters: component.slice(digits.length).toLowerCase(),
      };
    });
}

const ABSENT: DottedComponent = { digits: '0', letters: '' };

function compareDotted(a: readonly DottedComponent[], b: readonly DottedComponent[]): -1 | 0 | 1 {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const left = a[index] ?? ABSENT;
    const right = b[index] ?? ABSENT;
    const order =
      sign(left.digits.length - right.digits.length) ||
      compareText(left.digits, right.digits) ||
      compareText(left.letters, right.letters);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sign(difference: number): -1 | 0 | 1 {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}
