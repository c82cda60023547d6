'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { fleetHref } from '#components/catalog/fleet-href.ts';
import { Fresh } from '#components/live/fresh.tsx';
import { cn } from '#components/ui/cn.ts';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Conflicts } from '../conflicts.tsx';
import { DryRunView } from '../dry-run-view.tsx';
import { Funnel } from '../funnel.tsx';
import type { StepProps } from './step-props.ts';

/** What the definition on the screen would do: count, funnel, course and conflicts, from the first step on. */
export function Rail({ campaignId, definition, impact, dryRun }: StepProps) {
  const { data } = impact;
  return (
    <Fresh className="grid grid-cols-1 gap-4">
      <Part title="Targeted">
        {data ? (
          <p className={cn('transition-opacity', impact.stale && 'stale')}>
            <Link
              href={fleetHref(definition.target)}
              className="font-semibold text-xl hover:underline"
              data-testid="targeted-count"
            >
              {formatCount(data.targeted)}
            </Link>{' '}
            <span className="text-muted">{data.targeted === 1 ? 'vehicle' : 'vehicles'}</span>
          </p>
        ) : (
          !impact.error && <Skeleton className="h-7 w-24" />
        )}
        {impact.error && <ErrorNote>The count cannot be read: {impact.error}</ErrorNote>}
      </Part>
      {data && (
        <div className={cn('grid gap-4 transition-opacity', impact.stale && 'stale')}>
          <Part title="Eligibility">
            {definition.releaseIds.length === 0 ? (
              <p className="text-muted">Choose releases to see who is eligible.</p>
            ) : (
              <Funnel impact={data} campaignId={campaignId} definition={definition} />
            )}
          </Part>
          {definition.releaseIds.length > 0 && (
            <Part title="Dry run">
              <DryRunView dryRun={dryRun} campaignId={campaignId} definition={definition} />
            </Part>
          )}
          <Part title="Conflicts">
            <Conflicts
              overlaps={data.overlaps}
              losers={definition.overlap}
              campaignId={campaignId}
              definition={definition}
            />
          </Part>
        </div>
      )}
    </Fresh>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="grid min-w-0 gap-2 border-line border-t pt-3 first:border-t-0 first:pt-0"
    >
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}
