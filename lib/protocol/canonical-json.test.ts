import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

/** As RFC 8785 says it, word by word. */
function byTheBook(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(byTheBook).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${byTheBook(member)}`);
  return `{${members.join(',')}}`;
}

test('writes whatever JSON holds as RFC 8785 does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(read)).toBe(byTheBook(read));
    }),
  );
});

test.each([
  ['{"b":1,"10":2,"2":3,"a":{"1":4}}', '{"10":2,"2":3,"a":{"1":4},"b":1}'],
  ['[{"__proto__":{"b":1,"a":2},"A":[]}]', '[{"A":[],"__proto__":{"a":2,"b":1}}]'],
  ['{"toJSON":"x","€":1,"\\ud800":2}', '{"toJSON":"x","€":1,"\\ud800":2}'],
  ['{"z":[[{"y":1e21,"x":-0}],null,true]}', '{"z":[[{"x":0,"y":1e+21}],null,true]}'],
])('%s becomes %s', (text, expected) => {
  expect(canonicalJson(JSON.parse(text))).toBe(expected);
});

test('leaves undefined members out, and throws on what JSON cannot hold', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  for (const value of [
    Number.NaN,
    [Infinity],
    { a: undefined, 1: Infinity },
    [undefined],
    1n,
    { a: () => 1 },
  ])
    expect(() => canonicalJson(value)).toThrow(TypeError);
});
