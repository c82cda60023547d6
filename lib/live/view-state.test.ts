import { expect, test } from 'vitest';
import { applyPatch } from './patch.ts';
import { ViewState } from './view-state.ts';

const at = new Date('2026-11-27T10:00:00Z');
const plainAt = '2026-11-27T10:00:00.000Z';

test.each<[name: string, states: unknown[]]>([
  [
    'members that change, come and go',
    [{ a: 1, b: [1, 2] }, { a: 2, b: [1, 2] }, { b: [2], c: at }, { c: at }, {}],
  ],
  ['a value that goes and comes back', [{ a: 1 }, null, { a: 1 }, [1], [1, 2], 'text', { a: [at] }]],
  ['members without a value', [{ a: undefined, b: 1 }, { a: 1, b: undefined }, { a: undefined }]],
  ['a member called __proto__', [{ a: 1 }, JSON.parse('{"__proto__":{"a":2},"a":1}'), { a: 1 }]],
])('the steps of each state lead to it: %s', (_name, states) => {
  const state = new ViewState();
  let page: unknown;
  for (const read of states) {
    const steps = state.take(read) ?? [];
    page = applyPatch(page, steps);
    const plain = JSON.parse(JSON.stringify(read));
    expect(page).toEqual(plain);
    expect(state.value).toEqual(plain);
    expect(JSON.parse(state.text())).toEqual(plain);
  }
});

test('what was read as it was is no change', () => {
  const state = new ViewState();
  expect(state.take({ at, list: [{ at }] })).toEqual([[[], { at: plainAt, list: [{ at: plainAt }] }]]);
  expect(state.take({ at: new Date(at), list: [{ at: plainAt }] })).toBeUndefined();
  expect(state.take(null)).toBeDefined();
  expect(state.take(null)).toBeUndefined();
});

test('a member that is the very same is not written again, and what has not changed is shared', () => {
  const state = new ViewState();
  state.take({ rows: [1, 2, 3], seen: 1 });
  const before = state.value as { rows: number[] };
  Object.defineProperty(before.rows, 'toJSON', {
    value: () => {
      throw new Error('written again');
    },
  });
  expect(state.take({ ...before, seen: 2 })).toEqual([[['seen'], 2]]);
  expect((state.value as { rows: number[] }).rows).toBe(before.rows);
});
