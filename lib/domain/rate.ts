import type { RolloutRate } from './campaign-definition.ts';

const MINUTE_MS = 60_000;
/** Offers that may be caught up at once after the dispatcher was late: one second's worth. */
const BURST_MS = 1000;

/**
 * Offers per minute that the rate allows after so many successes: the base, `factor` times more with each
 * further `stepSuccesses`, at most the maximum (AWS IoT Jobs' exponential rollout rate).
 */
export function ratePerMinute(rate: RolloutRate, successes: number): number {
  if (!rate.ramp) return rate.maximumPerMinute;
  const steps = Math.floor(successes / rate.ramp.stepSuccesses);
  return Math.min(rate.maximumPerMinute, Math.floor(rate.ramp.basePerMinute * rate.ramp.factor ** steps));
}

export interface OfferAllowance {
  /** Offers that may be made now. */
  allowed: number;
  /** What `paidUntil` becomes when `made` offers are made. */
  spend(made: number): Date;
}

/**
 * Offers allowed now, evenly spread over the minute. `paidUntil` is the one stored instant: the time that the
 * offers made so far have used up. In any span of t minutes at most rate × t and one second's worth more are
 * allowed; time in which nothing was offered is not saved up.
 */
export function decideRate(
  rate: RolloutRate,
  successes: number,
  paidUntil: Date | null,
  now: Date,
): OfferAllowance {
  const perMinute = ratePerMinute(rate, successes);
  const costMs = MINUTE_MS / perMinute;
  const burstMs = Math.max(BURST_MS, costMs);
  const from = Math.max(paidUntil?.getTime() ?? 0, now.getTime() - burstMs);
  // A thousandth of an offer's slack, so that instants rounded to milliseconds never cost a whole one.
  const allowed = Math.max(0, Math.floor((now.getTime() - from) / costMs + 0.001));
  return { allowed, spend: (made) => new Date(Math.ceil(from + Math.min(made, allowed) * costMs)) };
}
