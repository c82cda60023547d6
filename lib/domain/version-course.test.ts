import { describe, expect, it } from 'vitest';
import type { VersionOrder } from './version.ts';
import { type CensusRow, versionCourse } from './version-course.ts';

const order: VersionOrder = {
  scheme: 'lineage',
  lineage: new Map([
    ['A', 1],
    ['B', 2],
    ['C', 3],
  ]),
};
const row = (day: string, version: string, count: number): CensusRow => ({ day, version, count });

describe('version course', () => {
  it('has nothing where nothing was counted', () => {
    expect(versionCourse([], order, 'C')).toEqual({ days: [], series: [] });
  });

  it('orders the series by version, the newest last, those without a place first', () => {
    const day = '2026-11-01';
    const rows = [row(day, 'C', 5), row(day, '?', 1), row(day, 'A', 9), row(day, 'B', 2)];
    expect(versionCourse(rows, order, 'C').series.map(({ version, rank }) => [version, rank])).toEqual([
      ['?', 'unknown'],
      ['A', 'older'],
      ['B', 'older'],
      ['C', 'newest'],
    ]);
  });

  it('tells a day without a count from a version that was on no ECU', () => {
    const rows = [row('2026-10-31', 'A', 4), row('2026-11-02', 'B', 4)];
    expect(versionCourse(rows, order, null)).toEqual({
      days: ['2026-10-31', '2026-11-01', '2026-11-02'],
      series: [
        { version: 'A', rank: 'older', counts: [4, null, 0] },
        { version: 'B', rank: 'older', counts: [0, null, 4] },
      ],
    });
  });

  it('adds up rare versions, never the newest, and loses none', () => {
    const day = '2026-11-01';
    const rows = [row(day, 'A', 50), row(day, 'B', 40), row(day, 'C', 1), row(day, 'x', 3), row(day, 'y', 2)];
    const { series } = versionCourse(rows, order, 'C', 2);
    expect(series).toEqual([
      { version: null, rank: 'others', counts: [45] },
      { version: 'A', rank: 'older', counts: [50] },
      { version: 'C', rank: 'newest', counts: [1] },
    ]);
  });
});
