import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryPolicy, RolloutRate } from './campaign-definition.ts';
import { classifyFailure } from './failure-class.ts';
import { decideRate, ratePerMinute } from './rate.ts';
import { backOffMs, MAX_BACK_OFF_MS, retryAtOf } from './retry.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

function later(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

describe('rollout rate', () => {
  const ramp = RolloutRate.parse({
    maximumPerMinute: 1000,
    ramp: { basePerMinute: 50, factor: 2, stepSuccesses: 1000 },
  });

  it.each([
    [0, 50],
    [999, 50],
    [1000, 100],
    [2000, 200],
    [4999, 800],
    [5000, 1000],
    [1_000_000, 1000],
  ])('after %i successes is %i a minute', (successes, expected) => {
    expect(ratePerMinute(ramp, successes)).toBe(expected);
  });

  // Bounds of AWS IoT Jobs' rollout configuration: base 1–1,000, factor 1.1–5 with one decimal.
  it.each([
    [{ basePerMinute: 1, factor: 1.1, stepSuccesses: 1 }, true],
    [{ basePerMinute: 1000, factor: 5, stepSuccesses: 1 }, true],
    [{ basePerMinute: 0, factor: 2, stepSuccesses: 1 }, false],
    [{ basePerMinute: 1001, factor: 2, stepSuccesses: 1 }, false],
    [{ basePerMinute: 1, factor: 1, stepSuccesses: 1 }, false],
    [{ basePerMinute: 1, factor: 5.1, stepSuccesses: 1 }, false],
    [{ basePerMinute: 1, factor: 1.15, stepSuccesses: 1 }, false],
    [{ basePerMinute: 1, factor: 2, stepSuccesses: 0 }, false],
  ])('accepts %o: %s', (candidate, expected) => {
    expect(RolloutRate.safeParse({ ramp: candidate }).success).toBe(expected);
  });

  it('spreads offers over the minute', () => {
    const rate = RolloutRate.parse({ maximumPerMinute: 60 });
    const first = decideRate(rate, 0, null, NOW);
    expect(first.allowed).toBe(1);
    const paid = first.spend(1);
    expect(decideRate(rate, 0, paid, later(500)).allowed).toBe(0);
    expect(decideRate(rate, 0, paid, later(1000)).allowed).toBe(1);
    expect(decideRate(rate, 0, paid, later(3_600_000)).allowed).toBe(1);
  });

  it('never allows more than its rate and one second’s worth, however it is asked, and hardly less', () => {
    const waits = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 50, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), waits, (maximumPerMinute, pauses) => {
        const rate = RolloutRate.parse({ maximumPerMinute });
        let at = 0;
        let paid: Date | null = null;
        let offered = 0;
        for (const pause of pauses) {
          at += pause;
          const { allowed, spend } = decideRate(rate, 0, paid, later(at));
          offered += allowed;
          paid = spend(allowed);
        }
        const perMs = maximumPerMinute / 60_000;
        expect(offered).toBeLessThanOrEqual(
          Math.ceil(perMs * (at + Math.max(1000, 1 / perMs))) + pauses.length * 0.002,
        );
        // Rounding to milliseconds may cost one millisecond's worth at each question.
        expect(offered).toBeGreaterThanOrEqual(Math.floor(perMs * (at - pauses.length)) - 2);
      }),
    );
  });
});

describe('retry', () => {
  const policy = RetryPolicy.parse({
    retries: { download: 3, installation: 1 },
    backOffMinutes: 10,
    backOffFactor: 3,
  });

  it('waits longer each time, up to a month', () => {
    expect([1, 2, 3].map((round) => backOffMs(policy, round) / 60_000)).toEqual([10, 30, 90]);
    expect(backOffMs(policy, 1000)).toBe(MAX_BACK_OFF_MS);
  });

  it('is bounded by the limit of the failure’s class', () => {
    expect(retryAtOf(policy, 'download', 3, NOW)).toEqual(later(90 * 60_000));
    expect(retryAtOf(policy, 'download', 4, NOW)).toBeNull();
    expect(retryAtOf(policy, 'installation', 2, NOW)).toBeNull();
    expect(retryAtOf(policy, 'verification', 1, NOW)).toBeNull();
    const most = RetryPolicy.parse({ retries: { other: 10 } });
    expect(retryAtOf(most, 'other', 1000, NOW)).toBeNull();
  });

  it('accepts AWS IoT Jobs’ bounds: 0 to 10 retries', () => {
    expect(RetryPolicy.safeParse({ retries: { timeout: 10 } }).success).toBe(true);
    expect(RetryPolicy.safeParse({ retries: { timeout: 11 } }).success).toBe(false);
  });
});

describe('failure class', () => {
  it.each([
    ['hash_mismatch', 'downloading', 'verification'],
    ['signature_invalid', 'acknowledged', 'verification'],
    ['download_failed', 'downloading', 'download'],
    ['http_503', 'downloading', 'download'],
    ['storage_full', 'downloading', 'download'],
    ['install_timeout', 'installing', 'timeout'],
    ['battery_low', 'installing', 'precondition'],
    ['not_parked', 'verified', 'precondition'],
    ['flash_error', 'installing', 'installation'],
    ['power_cut', 'installing', 'installation'],
    ['E4711', 'downloading', 'download'],
    ['E4711', 'installing', 'installation'],
    ['E4711', 'notified', 'other'],
    [null, 'verified', 'installation'],
  ] as const)('%s while %s is %s', (code, state, expected) => {
    expect(classifyFailure(code, state)).toBe(expected);
  });
});
