'use client';

import { useMemo } from 'react';
import { type Packed, unpack } from '#lib/live/packed.ts';

/** What the server packed, unpacked once. */
export function useUnpacked<Value>(packed: Packed<Value>): Value {
  return useMemo(() => unpack(packed), [packed]);
}
