import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPatch, diff } from './patch.ts';

test('applying the difference gives the later state, for any two JSON values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const steps = JSON.parse(JSON.stringify(diff(plain(before), plain(after))));
      expect(applyPatch(plain(before), steps)).toEqual(plain(after));
    }),
  );
});

test.each([
  [{ toString: false }, {}],
  [{}, { constructor: 1 }],
  [{}, JSON.parse('{"__proto__":{"a":1}}')],
  [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}')],
])('a member may be named as one of every object: %j', (before, after) => {
  expect(JSON.stringify(applyPatch(before, diff(before, after)))).toBe(JSON.stringify(after));
});

test('one changed cell costs one step and leaves the other rows shared', () => {
  const before = {
    rows: [
      { vin: 'A', state: 'pending' },
      { vin: 'B', state: 'pending' },
    ],
    total: 2,
  };
  const after = {
    rows: [
      { vin: 'A', state: 'pending' },
      { vin: 'B', state: 'notified' },
    ],
    total: 2,
  };
  const steps = diff(before, after);
  expect(steps).toEqual([[['rows', 1, 'state'], 'notified']]);
  const patched = applyPatch(before, steps) as typeof before;
  expect(patched.rows[0]).toBe(before.rows[0]);
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
