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

test('applying the difference gives the later list, for any that came and went at its ends', () => {
  const item = fc.record({ id: fc.nat(5), state: fc.constantFrom('a', 'b') });
  const items = fc.array(item, { maxLength: 6 });
  fc.assert(
    fc.property(items, items, items, fc.nat(4), fc.nat(4), (kept, front, back, from, to) => {
      const after = { rows: [...front, ...kept.slice(from, kept.length - to), ...back] };
      expect(applyPatch({ rows: kept }, diff({ rows: kept }, after))).toEqual(after);
    }),
  );
});

test('a list of the newest that moves on costs what is new; what stays is shared', () => {
  const events = Array.from({ length: 60 }, (_, id) => ({ id: 100 - id, vin: `VIN${id}` }));
  const newer = [{ id: 101, vin: 'VINX' }, ...events.slice(0, 59)];
  const steps = diff({ events }, { events: newer });
  expect(steps).toEqual([
    [['events'], [newer[0]], 0, 0],
    [['events'], [], 60, 1],
  ]);
  const patched = applyPatch({ events }, steps) as { events: unknown[] };
  expect(patched).toEqual({ events: newer });
  expect(patched.events[1]).toBe(events[0]);
  expect(diff({ events }, { events: events.slice(2) })).toEqual([[['events'], [], 0, 2]]);
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
