import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf } from '../protocol/bucket.ts';
import { WaveDefinition } from './campaign-definition.ts';
import { assignWaves, bucketRanges, hashOrderOf, waveRules } from './waves.ts';

function wave(size: unknown): WaveDefinition {
  return WaveDefinition.parse({ name: 'w', size });
}

const PERCENT = [
  wave({ kind: 'percent', percent: 1 }),
  wave({ kind: 'percent', percent: 10 }),
  wave({ kind: 'rest' }),
];

function fleet(size: number): { vin: string }[] {
  return Array.from({ length: size }, (_, index) => ({ vin: `WVWZZZ1JZ${String(index).padStart(8, '0')}` }));
}

function never(): boolean {
  return false;
}

describe('waves', () => {
  it('follow each other in bucket space', () => {
    expect(bucketRanges(PERCENT)).toEqual([
      { from: 0, to: 100 },
      { from: 100, to: 1100 },
      { from: 1100, to: 10_000 },
    ]);
    expect(
      bucketRanges([wave({ kind: 'percent', percent: 70 }), wave({ kind: 'percent', percent: 70 })]),
    ).toEqual([
      { from: 0, to: 7000 },
      { from: 7000, to: 10_000 },
    ]);
  });

  it('have no bucket ranges where a wave is not a percentage', () => {
    expect(bucketRanges([wave({ kind: 'count', count: 5 }), wave({ kind: 'rest' })])).toBeNull();
    expect(bucketRanges([wave({ kind: 'rest' }), wave({ kind: 'percent', percent: 5 })])).toBeNull();
  });

  it('take fractions of a percent without losing a bucket', () => {
    const thirds = Array.from({ length: 3 }, () => wave({ kind: 'percent', percent: 100 / 3 }));
    const ranges = bucketRanges(thirds) ?? [];
    expect(ranges.at(-1)?.to).toBe(10_000);
    for (const [index, range] of ranges.entries()) expect(range.from).toBe(ranges[index - 1]?.to ?? 0);
  });

  it('hold each vehicle where its bucket says', () => {
    const vehicles = fleet(5000);
    const assigned = assignWaves('c1', PERCENT, vehicles, never);
    for (const [index, { vin }] of vehicles.entries()) {
      const bucket = bucketOf('c1', vin);
      expect(hashOrderOf('c1', vin) % 10_000).toBe(bucket);
      expect(assigned[index]).toBe(bucket < 100 ? 0 : bucket < 1100 ? 1 : 2);
    }
  });

  it('are the same in whatever order the vehicles come', () => {
    const waves = [
      wave({ kind: 'count', count: 7 }),
      wave({ kind: 'percent', percent: 20 }),
      wave({ kind: 'rest' }),
    ];
    const vehicles = fleet(60);
    const byVin = (order: { vin: string }[]) => {
      const assigned = assignWaves('c1', waves, order, never);
      return new Map(order.map(({ vin }, index) => [vin, assigned[index]]));
    };
    const expected = byVin(vehicles);
    fc.assert(
      fc.property(fc.shuffledSubarray(vehicles, { minLength: vehicles.length }), (order) => {
        for (const [vin, assigned] of byVin(order)) expect(assigned).toBe(expected.get(vin));
      }),
      { numRuns: 50 },
    );
    expect([...expected.values()].filter((assigned) => assigned === 0)).toHaveLength(7);
  });

  it('take a filter’s vehicles first where the filter comes first, and leave nobody twice', () => {
    const waves = [
      wave({ kind: 'filter', filter: { kind: 'online', value: true } }),
      wave({ kind: 'count', count: 3 }),
    ];
    const vehicles = fleet(10);
    const assigned = assignWaves('c1', waves, vehicles, ({ vin }) => vin.endsWith('5'));
    expect(assigned[5]).toBe(0);
    expect(assigned.filter((found) => found === 1)).toHaveLength(3);
    expect(assigned.filter((found) => found === null)).toHaveLength(6);
    expect(waveRules(waves)[1]).toEqual({ kind: 'count', count: 3 });
  });
});
