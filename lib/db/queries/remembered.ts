type Entry = { value: Promise<unknown>; until: number };

/** Answers by pool and key: what many open pages ask for at once is counted once. */
const answers = new WeakMap<object, Map<string, Entry>>();
const mostKept = 500;
/** An answer that took t is kept for at least this many times t, so that counting never fills a core. */
const restFactor = 10;

/**
 * The answer of `ask`, or the one of at most `ms` ago to the same key; what takes long to answer is kept for
 * longer. A failure is not kept.
 */
export function remembered<T>(owner: object, key: string, ms: number, ask: () => Promise<T>): Promise<T> {
  const mine = answers.get(owner) ?? new Map<string, Entry>();
  answers.set(owner, mine);
  const now = performance.now();
  const known = mine.get(key);
  if (known && known.until > now) return known.value as Promise<T>;
  for (const [old, { until }] of mine) {
    if (mine.size >= mostKept || until <= now) mine.delete(old);
  }
  const value = ask();
  const entry: Entry = { value, until: Number.POSITIVE_INFINITY };
  mine.set(key, entry);
  value.then(
    () => {
      const answered = performance.now();
      entry.until = answered + Math.max(ms, restFactor * (answered - now));
    },
    () => mine.delete(key),
  );
  return value;
}
