/** Answers by pool and key: what many open pages ask for at once is counted once. */
const answers = new WeakMap<object, Map<string, { value: Promise<unknown>; until: number }>>();
const mostKept = 500;

/**
 * The answer of `ask`, or an earlier one to the same key: kept for thirty times as long as it took to ask, `ms`
 * at most, so that a cheap answer is never much older than the screen. A failure is not kept.
 */
export function remembered<T>(owner: object, key: string, ms: number, ask: () => Promise<T>): Promise<T> {
  const mine = answers.get(owner) ?? new Map();
  answers.set(owner, mine);
  const known = mine.get(key);
  const now = performance.now();
  if (known && known.until > now) return known.value;
  const value = ask();
  const entry = { value, until: Number.POSITIVE_INFINITY };
  mine.set(key, entry);
  value.then(
    () => {
      entry.until = performance.now() + Math.min(ms, 30 * (performance.now() - now));
    },
    () => mine.delete(key),
  );
  for (const [old, { until }] of mine) {
    if (mine.size > mostKept || until <= now) mine.delete(old);
  }
  return value;
}
