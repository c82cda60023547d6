'use client';

import type { ReactNode } from 'react';
import { cn } from '#components/ui/cn.ts';
import { useFreshness } from './live-provider.tsx';

/** Dims figures that may be out of date. */
export function Fresh({ children, className }: { children: ReactNode; className?: string }) {
  const { state } = useFreshness();
  const stale = state === 'disconnected' || state === 'behind';
  return (
    <div className={cn(className, 'transition-[filter]', stale && 'stale')} data-stale={stale || undefined}>
      {children}
    </div>
  );
}
