'use client';

import { useSyncExternalStore } from 'react';

let now = 0;
let printing = false;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Paper has no tooltip and does not age: while it is printed there is no present, so instants are written in full. */
function onPrint({ matches }: { matches: boolean }): void {
  printing = matches;
  for (const tell of listeners) tell();
}
const print = typeof matchMedia === 'undefined' ? undefined : matchMedia('print');
print?.addEventListener('change', onPrint);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, once a second, one timer for the whole page; 0 while the server renders and on paper. */
export function useNow(): number {
  return useNowAs((instant) => instant);
}

/** What the time says, once a second: rendered again only where that is another text or number than before. */
export function useNowAs<T extends string | number>(say: (now: number) => T): T {
  return useSyncExternalStore(
    subscribe,
    () => {
      if (now === 0) now = Date.now();
      return say(printing ? 0 : now);
    },
    () => say(0),
  );
}
