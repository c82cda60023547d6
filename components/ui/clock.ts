'use client';

import { createContext, useContext, useSyncExternalStore } from 'react';

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

/** When the server began to render the page, in ms; 0 where nobody said. */
export const RenderedAt = createContext(0);

/** The time, once a second, one timer for the whole page; 0 while the server renders and on paper. */
export function useNow(): number {
  return useClock((instant) => instant, 0);
}

/**
 * What the time says, once a second: rendered again only where that is another text or number than before. While the
 * server renders it is when it began, so what is said must not depend on where one is.
 */
export function useNowAs<T extends string | number>(say: (now: number) => T): T {
  return useClock(say, useContext(RenderedAt));
}

function useClock<T>(say: (now: number) => T, renderedAt: number): T {
  return useSyncExternalStore(
    subscribe,
    () => {
      if (now === 0) now = Date.now();
      return say(printing ? 0 : now);
    },
    () => say(renderedAt),
  );
}
