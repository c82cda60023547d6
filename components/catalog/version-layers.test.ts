import { expect, it } from 'vitest';
import { describeSpan, layersOf } from './version-layers.ts';

const series = [
  { version: 'A', rank: 'older' as const, counts: [3, null, 1] },
  { version: 'B', rank: 'older' as const, counts: [0, null, 1] },
  { version: 'C', rank: 'newest' as const, counts: [0, null, 1] },
];

it('says how long and how completely was counted', () => {
  const days = ['2026-11-01', '2026-11-02', '2026-11-03'];
  expect(describeSpan({ ecuType: 'X', days, series })).toMatch(/since 2026-11-01.*3 days.*on one day/);
  expect(describeSpan({ ecuType: 'X', days: ['2026-11-01'], series: [] })).toMatch(/first time today/);
  expect(describeSpan({ ecuType: 'X', days: [], series: [] })).toBe('');
});

it('draws the newest in its own colour and older ones paler by age', () => {
  const [first, second, newest] = layersOf(series);
  expect(newest?.colour).not.toBe(first?.colour);
  expect(second?.opacity).toBeGreaterThan(first?.opacity ?? 1);
});
