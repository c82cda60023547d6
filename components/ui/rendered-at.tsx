'use client';

import type { ReactNode } from 'react';
import { RenderedAt } from './clock.ts';

/** Has instants in a page that the server renders be as old as they are then, and not change once it is there. */
export function RenderedNow({ at, children }: { at: number; children: ReactNode }) {
  return <RenderedAt value={at}>{children}</RenderedAt>;
}
