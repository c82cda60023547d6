import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LineagePosition, lineageOrder, placeInLineage } from './lineage.ts';

function place(lineage: ReadonlyMap<string, number>, versions: readonly string[], position: LineagePosition) {
  const placement = placeInLineage(lineage, versions, position);
  if (placement.kind !== 'placed') throw new Error(placement.kind);
  return placement;
}

test('releases append, baselines go before, a late one between its neighbours', () => {
  const first = place(new Map(), ['r1'], { kind: 'newest' });
  const second = place(first.lineage, ['r2'], { kind: 'newest' });
  const third = place(second.lineage, ['b1', 'b2'], { kind: 'oldest' });
  const fourth = place(third.lineage, ['b3'], { kind: 'after', version: 'b2' });
  expect(lineageOrder(fourth.lineage)).toEqual(['b1', 'b2', 'b3', 'r1', 'r2']);
  expect([...fourth.changed.keys()]).toEqual(['b3']);
});

test('refuses what it knows, twice the same, and an unknown neighbour', () => {
  const lineage = new Map([['a', 1]]);
  expect(placeInLineage(lineage, ['b', 'a'], { kind: 'newest' })).toEqual({
    kind: 'already_known',
    versions: ['a'],
  });
  expect(placeInLineage(lineage, ['b', 'b'], { kind: 'newest' })).toEqual({
    kind: 'already_known',
    versions: ['b'],
  });
  expect(placeInLineage(lineage, ['b'], { kind: 'after', version: 'x' })).toEqual({
    kind: 'unknown_position',
    version: 'x',
  });
});

test('any placements keep the order of a list, distinct ordinals, and name every change', () => {
  const position = fc.oneof(fc.constant('newest' as const), fc.constant('oldest' as const), fc.nat());
  fc.assert(
    fc.property(fc.array(fc.tuple(position, fc.integer({ min: 1, max: 5 })), { maxLength: 60 }), (steps) => {
      let lineage: ReadonlyMap<string, number> = new Map();
      let expected: string[] = [];
      for (const [index, [where, count]] of steps.entries()) {
        const versions = Array.from({ length: count }, (_, n) => `${index}.${n}`);
        const at =
          where === 'newest'
            ? expected.length
            : where === 'oldest' || expected.length === 0
              ? 0
              : (where % expected.length) + 1;
        const neighbour = expected[at - 1];
        const placement = place(
          lineage,
          versions,
          typeof where === 'number' && neighbour !== undefined
            ? { kind: 'after', version: neighbour }
            : { kind: where === 'newest' ? 'newest' : 'oldest' },
        );
        expected = expected.toSpliced(at, 0, ...versions);
        expect(new Map([...lineage, ...placement.changed])).toEqual(placement.lineage);
        lineage = placement.lineage;
        expect(lineageOrder(lineage)).toEqual(expected);
        expect(new Set(lineage.values()).size).toBe(expected.length);
      }
    }),
  );
});

test('makes room where there is none', () => {
  const { lineage, changed } = place(
    new Map([
      ['a', 1],
      ['c', 2],
    ]),
    ['b'],
    { kind: 'after', version: 'a' },
  );
  expect(lineageOrder(lineage)).toEqual(['a', 'b', 'c']);
  expect([...changed.keys()].sort()).toEqual(['a', 'b', 'c']);
});
