'use client';

import { Loader } from 'lucide-react';
import Link from 'next/link';
import { useLiveView } from '#components/live/live-provider.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { formatShare } from '#components/ui/format.ts';
import type { ViewValue } from '#lib/live/views.ts';

const NONE: ViewValue<'jobs'> = { jobs: { rows: [], next: null }, total: 0 };

/** Long works under way, on every page; nothing where there is none. */
export function JobsIndicator() {
  const { data } = useLiveView('jobs', { limit: 20 }, NONE);
  const open = data.jobs.rows.filter(({ state }) => state === 'queued' || state === 'running');
  if (open.length === 0) return null;
  const total = open.reduce((sum, job) => sum + (job.total ?? 0), 0);
  const done = open.reduce((sum, job) => sum + Math.min(job.done, job.total ?? job.done), 0);
  return (
    <Link href="/settings/jobs" className={buttonClass({ look: 'quiet' })}>
      <Loader aria-hidden className="animate-spin" />
      {open.length === 1 ? '1 job' : `${open.length} jobs`}
      <span className="text-muted">{formatShare(done, total)}</span>
    </Link>
  );
}
