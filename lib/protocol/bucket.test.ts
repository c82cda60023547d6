import { expect, it } from 'vitest';
import { BUCKETS, bucketOf } from './bucket.ts';

it('is the documented value, and spreads vehicles evenly', () => {
  expect(bucketOf('c1', 'WVWZZZ1JZXW000001')).toBe(8981);
  const counts = new Array<number>(10).fill(0);
  for (let index = 0; index < 10_000; index++) {
    const tenth = Math.floor((bucketOf('c1', `VIN${index}`) / BUCKETS) * 10);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(900);
  expect(Math.max(...counts)).toBeLessThan(1_100);
});
