import { expect, it } from 'vitest';
import { repeated } from './repeated.ts';

it('names a statement by its text, whatever its values', () => {
  const one = repeated('SELECT $1::int', [1]);
  expect(one).toEqual({ name: expect.stringMatching(/^r_[\w-]{22}$/), text: 'SELECT $1::int', values: [1] });
  expect(repeated('SELECT $1::int', [2]).name).toBe(one.name);
  expect(repeated('SELECT $1::text', ['1']).name).not.toBe(one.name);
});

it('names no more statements than a connection may keep, and keeps the names it gave', () => {
  const first = repeated('SELECT 0', []).name;
  const names = Array.from({ length: 300 }, (_, n) => repeated(`SELECT ${n}`, []).name);
  expect(new Set(names).size).toBeLessThan(110);
  expect(names.at(-1)).toBeUndefined();
  expect(repeated('SELECT 0', []).name).toBe(first);
});
