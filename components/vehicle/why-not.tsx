'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { AssignmentStatus, Status } from '#components/ui/status.tsx';
import { describeReason, REASON_LABELS } from '#lib/domain/describe-reason.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { AssignmentState } from '#lib/domain/states.ts';

type Explanation = {
  campaignId: string;
  campaignName: string;
  state: AssignmentState | null;
  verdict: 'eligible' | 'already_installed' | 'excluded';
  temporary: boolean;
  reasons: ExclusionReason[];
};

/** For each open campaign: every reason that keeps this vehicle from being offered it. */
export function WhyNot({ vin, stamp }: { vin: string; stamp: string }) {
  const { data, error, isLoading } = useQuery({
    queryKey: ['why', vin, stamp],
    queryFn: ({ signal }) => fetchJson<Explanation[]>(`/api/vehicles/${vin}/why`, { signal }),
    placeholderData: (previous) => previous,
  });
  if (error) return <ErrorNote className="m-4">The reasons could not be read: {error.message}</ErrorNote>;
  if (isLoading || !data) return <Skeleton className="m-4 h-8" />;
  if (data.length === 0)
    return <p className="px-4 py-6 text-muted">No campaign is open now, so nothing is offered.</p>;
  return (
    <ul data-testid="why-not">
      {data.map((item) => (
        <li key={item.campaignId} className="grid gap-1 border-line/70 border-b px-4 py-2.5 last:border-b-0">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Link href={`/campaigns/${item.campaignId}`} className="font-medium hover:underline">
              {item.campaignName}
            </Link>
            <Verdict item={item} />
          </div>
          {item.reasons.length > 0 && (
            <ul className="grid gap-0.5">
              {item.reasons.map((reason) => (
                <li key={JSON.stringify(reason)} className="text-muted">
                  <span className="text-fg">{REASON_LABELS[reason.code]}.</span> {describeReason(reason)}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

const UNDECIDED: ReadonlySet<string> = new Set(['pending', 'excluded', 'deferred', 'declined']);

function Verdict({ item }: { item: Explanation }) {
  if (item.state !== null && !UNDECIDED.has(item.state)) return <AssignmentStatus state={item.state} />;
  if (item.verdict === 'eligible') return <Status tone="running">Eligible</Status>;
  if (item.verdict === 'already_installed') return <Status tone="done">Already installed</Status>;
  return item.temporary ? <Status tone="held">Waits</Status> : <Status tone="offline">Excluded</Status>;
}
