import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  isKnownVersion,
  matchesFromVersions,
  type VersionComparison,
  type VersionOrder,
} from './version.ts';

const none = new Map<string, number>();
const dotted: VersionOrder = { scheme: 'dotted', lineage: none };
const semver: VersionOrder = { scheme: 'semver', lineage: none };
const lineage: VersionOrder = {
  scheme: 'lineage',
  lineage: new Map([
    ['39990-TLA-A040', 10],
    ['F152607110', 20],
    ['A\\x00B', 30],
  ]),
};

describe('compares', () => {
  test.each<[VersionOrder, string, string, VersionComparison]>([
    [dotted, '1.9', '1.10.2', -1],
    [dotted, '1.10.2', '1.9', 1],
    [dotted, '1.0', '1.0.0', 0],
    [dotted, '01.2', '1.02', 0],
    [dotted, 'v2', '1.9', 1],
    [dotted, '1.2', '1.2a', -1],
    [dotted, '1.2b', '1.2A', 1],
    [dotted, '1.2z', '1.3', -1],
    [dotted, '1.2', '1.2.0a', -1],
    [dotted, '99999999999999999999999998', '99999999999999999999999999', -1],
    [dotted, '1.2-3', '1.2', 'unknown'],
    [dotted, '1.2rc1', '1.2', 'unknown'],
    [dotted, '', '1', 'unknown'],
    [dotted, '39990-TLA-A040', '39990-TLA-A040', 'unknown'],
    [semver, '2.0.0-rc.1', '2.0.0', -1],
    [semver, '1.10.2', '1.9.0', 1],
    [semver, '1.0.0+a', '1.0.0+b', 0],
    [semver, '1.10', '1.9.0', 'unknown'],
    [semver, '1.0.0', 'IG  MDPS C 1.00', 'unknown'],
    [lineage, '39990-TLA-A040', 'A\\x00B', -1],
    [lineage, 'A\\x00B', 'F152607110', 1],
    [lineage, 'F152607110', 'F152607110', 0],
    [lineage, 'F152607110', '1.0', 'unknown'],
    [lineage, '1.0', '1.0', 'unknown'],
  ])('%o: %s with %s gives %s', (order, a, b, expected) => {
    expect(compareVersions(order, a, b)).toBe(expected);
  });
});

test('a dotted order is an order, and knows exactly what it can compare', () => {
  const component = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.constantFrom('', 'a', 'B', 'rc'));
  const version = fc.oneof(
    fc
      .array(component, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([digits, letters]) => `${digits}${letters}`).join('.')),
    fc.constantFrom('1', '1.0', '1.0.1', 'v1', '1a', 'x', '1..2', ''),
  );
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const ab = compareVersions(dotted, a, b);
      const bc = compareVersions(dotted, b, c);
      const ac = compareVersions(dotted, a, c);
      expect(ab === 'unknown').toBe(!isKnownVersion(dotted, a) || !isKnownVersion(dotted, b));
      if (ab === 'unknown' || bc === 'unknown' || ac === 'unknown') return;
      expect(compareVersions(dotted, b, a)).toBe(ab === 0 ? 0 : -ab);
      if (ab <= 0 && bc <= 0) expect(ac).toBe(Math.min(ab, bc));
    }),
    { numRuns: 2000 },
  );
});

describe('from-versions', () => {
  test.each<[string, Parameters<typeof matchesFromVersions>[1], string, boolean | 'unknown']>([
    ['any version', { kind: 'any' }, 'whatever', true],
    ['a listed version', { kind: 'list', versions: ['1.0', 'x'] }, 'x', true],
    ['no version of equal rank', { kind: 'list', versions: ['1.0'] }, '1.0.0', false],
    ['the lower end', { kind: 'range', from: '1.2', to: '1.4' }, '1.2', true],
    ['the upper end', { kind: 'range', from: '1.2', to: '1.4' }, '1.4', true],
    ['below', { kind: 'range', from: '1.2', to: '1.4' }, '1.1.9', false],
    ['above', { kind: 'range', from: '1.2', to: '1.4' }, '1.4.1', false],
    ['an open range', { kind: 'range', from: '1.2' }, '9', true],
    ['unknown in a range', { kind: 'range', from: '1.2', to: '1.4' }, 'x', 'unknown'],
    ['unknown in a range without ends', { kind: 'range' }, 'x', 'unknown'],
    ['a range by an unknown end', { kind: 'range', from: 'x' }, '1.0', 'unknown'],
    ['outside of the known end', { kind: 'range', from: 'x', to: '1.0' }, '2.0', false],
  ])('%s', (_name, from, version, expected) => {
    expect(matchesFromVersions(dotted, from, version)).toBe(expected);
  });
});
