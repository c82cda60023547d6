'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False in the server's rendering and the first one of the browser, which must be the same. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
