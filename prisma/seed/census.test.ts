import { expect, it } from 'vitest';
import { countsAgo } from './census.ts';

const versions = ['1', '2', '3'];
const today = [
  { type: 'X', version: '1', count: 10 },
  { type: 'X', version: '2', count: 30 },
  { type: 'X', version: '3', count: 60 },
  { type: 'X', version: 'odd', count: 2 },
];

it('leads to what runs today, and never loses an ECU on the way', () => {
  expect(countsAgo(today, versions, 0).map(({ count }) => count)).toEqual([10, 30, 60, 2]);
  for (let ago = 1; ago <= 90; ago += 1) {
    const counts = countsAgo(today, versions, ago);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(102);
    expect(counts.every(({ count }) => count > 0)).toBe(true);
  }
});

it('lets the newest spread last', () => {
  const of = (version: string, ago: number) =>
    countsAgo(today, versions, ago).find((one) => one.version === version)?.count ?? 0;
  expect(of('3', 40)).toBeLessThan(5);
  expect(of('2', 30)).toBeGreaterThan(of('2', 0));
  expect(of('1', 75)).toBeGreaterThan(80);
});
