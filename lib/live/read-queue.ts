import type { ReadQueue } from './channel.ts';

/** At most `limit` reads at a time; the others wait in order. `onRest` is told when none is left. */
export function createReadQueue(limit: number, onRest: () => void): ReadQueue {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (read) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await read();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
      if (running === 0) onRest();
    }
  };
}
