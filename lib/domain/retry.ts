import type { FailureClass, RetryPolicy } from './campaign-definition.ts';

const MINUTE_MS = 60_000;

/** Longest wait between two attempts, whatever the factor says: 30 days. */
export const MAX_BACK_OFF_MS = 30 * 24 * 60 * MINUTE_MS;

/** Highest attempt that the wire contract can carry. */
export const MAX_ATTEMPT = 1000;

/** Milliseconds to wait after the `round`-th try (1 = the first); each further wait is `backOffFactor` longer. */
export function backOffMs(policy: RetryPolicy, round: number): number {
  const wait = policy.backOffMinutes * MINUTE_MS * policy.backOffFactor ** Math.max(0, round - 1);
  return Math.min(Math.round(wait), MAX_BACK_OFF_MS);
}

/**
 * When a failed attempt is repeated by itself, or `null` for never.
 * Every attempt counts against the limit of the class that failed last, so the number of attempts stays bounded
 * by the largest limit even where classes alternate.
 */
export function retryAtOf(
  policy: RetryPolicy,
  failureClass: FailureClass,
  attempt: number,
  now: Date,
): Date | null {
  const allowed = policy.retries[failureClass] ?? 0;
  if (attempt > allowed || attempt >= MAX_ATTEMPT) return null;
  return new Date(now.getTime() + backOffMs(policy, attempt));
}
