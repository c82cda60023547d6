import { setTimeout as wait } from 'node:timers/promises';

/** Waits until the condition holds; rejects with what was waited for after `timeoutMs`. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  { timeoutMs = 120_000, everyMs = 20, what }: { timeoutMs?: number; everyMs?: number; what: string },
): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > timeoutMs) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await wait(everyMs);
  }
}
