/** Answers by pool and key: what many open pages ask for at once is counted once. */
const answers = new WeakMap<object, Map<string, { value: Promise<unknown>; until: number }>>();
const mostKept = 500;

/** The answer of `ask`, or the one of at most `ms` ago to the same key; a failure is not kept. */
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
      entry.until = performance.now() + ms;
    },
    () => mine.delete(key),
  );
  for (const [old, { until }] of mine) {
    if (mine.size > mostKept || until <= now) mine.delete(old);
  }
  return value;
}
