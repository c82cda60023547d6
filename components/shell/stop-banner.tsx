'use client';

import Link from 'next/link';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';

/** Below the header of every page while all offers are stopped, with the way to lift it. */
export function StopBanner({ initial, mayLift }: { initial: ViewValue<'offers-stop'>; mayLift: boolean }) {
  const { data } = useLiveView('offers-stop', {}, initial);
  if (!data.stopped) return null;
  return (
    <section
      aria-label="Fleet-wide stop"
      data-testid="stop-banner"
      className="flex min-h-8 flex-wrap items-center gap-x-3 border-failed/60 border-b bg-raised px-3 py-1 lg:px-6"
    >
      <Status tone="failed" className="font-semibold">
        All offers are stopped
      </Status>
      <span className="hidden min-w-0 flex-1 truncate text-muted sm:block" title={data.reason ?? undefined}>
        by {data.by ?? 'unknown'}, <Time at={data.at} />
        {data.reason && <>: “{data.reason}”</>}
      </span>
      <Link href="/health#offers" className="ml-auto font-medium text-accent hover:underline">
        {mayLift ? 'Lift the stop' : 'See the stop'}
      </Link>
    </section>
  );
}
