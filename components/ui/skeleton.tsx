'use client';

import { cn } from './cn.ts';

/** A grey block where something will stand; shows after 150 ms only. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden data-skeleton className={cn('fade-late h-4 rounded-sm bg-line/70', className)} />;
}

/** A page that loads: heading, a row of figures, a table. */
export function PageSkeleton({ rows = 12 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 p-4 lg:p-6">
      <Skeleton className="h-7 w-48" />
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} className="h-20" />
        ))}
      </div>
      <div className="grid gap-2">
        {Array.from({ length: rows }, (_, row) => `row ${row}`).map((key) => (
          <Skeleton key={key} className="h-6" />
        ))}
      </div>
    </div>
  );
}
