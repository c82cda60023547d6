import { describe, expect, it } from 'vitest';
import { latencyOf, rateOf, timeLeft } from './pace-words.ts';

const pace = (finished: number, spanMs = 600_000) => ({ finished, spanMs });
const latency = (samples: number) => ({
  latency: { samples, p50: 900, p95: 4_000, p99: 8_000, bounds: [], buckets: [] },
});

describe('time left', () => {
  it.each([
    ['running', 100, pace(50), '≈ 20 min', 'at this rate'],
    ['running', 1_000_000, pace(10_000), '≈ 16 h 40 min', 'at this rate'],
    ['running', 1, pace(50), '< 1 min', 'at this rate'],
    ['running', 100, pace(4), '–', 'too few to tell: 4'],
    ['running', 100, pace(0), '–', 'nobody finished in the last 10 min'],
    ['running', 0, pace(50), '–', 'nobody is expected'],
    ['paused', 100, pace(50), '–', 'paused'],
    ['completed', 0, pace(50), '–', 'over'],
  ])('%s with %i open', (state, open, given, value, detail) => {
    expect(timeLeft({ state: state as 'running' }, open, given)).toEqual({
      value,
      detail: expect.stringContaining(detail),
    });
  });
});

describe('rate and latency', () => {
  it('says zero as zero, and small rates with a decimal', () => {
    expect([rateOf(pace(0)), rateOf(pace(5)), rateOf(pace(12_340))]).toEqual([
      '0 / min',
      '0.5 / min',
      '1,234 / min',
    ]);
  });
  it('says how few answers a median has', () => {
    expect(latencyOf({ latency: null }).detail).toBe('nothing acknowledged yet');
    expect(latencyOf(latency(1)).detail).toBe('from 1 answer only');
    expect(latencyOf(latency(200)).detail).toBe('median of 200 answers; 95 % in 4.0 s');
  });
});
