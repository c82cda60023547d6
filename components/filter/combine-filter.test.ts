import { expect, test } from 'vitest';
import type { TargetCondition, TargetFilter } from '#lib/domain/target-filter.ts';
import { demands, toggleCondition } from './combine-filter.ts';

const aurora: TargetCondition = { kind: 'text', field: 'model', operator: '=', values: ['Aurora'] };
const online: TargetCondition = { kind: 'online', value: true };
const year: TargetCondition = { kind: 'modelYear', operator: '>=', value: 2023 };

const cases: [name: string, before: TargetFilter, toggled: TargetCondition, after: TargetFilter][] = [
  ['the first condition replaces all', { kind: 'all' }, aurora, aurora],
  ['the same condition again leaves all', aurora, aurora, { kind: 'all' }],
  ['a second one joins by and', aurora, online, { kind: 'and', filters: [aurora, online] }],
  ['one of two leaves the other alone', { kind: 'and', filters: [aurora, online] }, aurora, online],
  [
    'a third one joins the same group',
    { kind: 'and', filters: [aurora, online] },
    year,
    { kind: 'and', filters: [aurora, online, year] },
  ],
  [
    'an or is kept whole',
    { kind: 'or', filters: [aurora, online] },
    year,
    { kind: 'and', filters: [{ kind: 'or', filters: [aurora, online] }, year] },
  ],
];

test.each(cases)('%s', (_, before, toggled, after) => {
  expect(toggleCondition(before, toggled)).toEqual(after);
  expect(demands(after, toggled)).toBe(!demands(before, toggled));
});
