'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { fleetHref } from '#components/catalog/fleet-href.ts';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { describeReason, REASON_LABELS } from '#lib/domain/describe-reason.ts';
import type { ExclusionCode, ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { DraftDefinition } from './draft-definition.ts';

type Props = { code: ExclusionCode; count: number; campaignId: string; definition: DraftDefinition };
type Answer = { vehicles: { vin: string; model: string; reasons: ExclusionReason[] }[]; next: string | null };

/** A count of left-out vehicles that opens the list of them, each with its reason in full. */
export function LeftOutVehicles({ code, count, campaignId, definition }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      wide
      title={`${REASON_LABELS[code]}: ${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          className="min-h-6 min-w-6 text-right text-accent hover:underline"
          aria-label={`${REASON_LABELS[code]}: show ${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`}
        >
          {formatCount(count)}
        </button>
      }
    >
      {open && <List code={code} campaignId={campaignId} definition={definition} />}
    </Dialog>
  );
}

function List({ code, campaignId, definition }: Omit<Props, 'count'>) {
  const query = useInfiniteQuery({
    queryKey: ['left-out', campaignId, code, JSON.stringify(definition)],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }): Promise<Answer> => {
      const response = await fetch('/api/campaigns/left-out', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ campaignId, definition, code, ...(pageParam ? { after: pageParam } : {}) }),
        signal,
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer?.error?.message ?? `The server answered ${response.status}.`);
      return answer;
    },
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (query.isPending) return <Skeleton className="h-40" />;
  if (query.isError) return <ErrorNote>The vehicles cannot be read: {query.error.message}</ErrorNote>;
  const vehicles = query.data.pages.flatMap((page) => page.vehicles);
  return (
    <div className="grid gap-3">
      <PlainTable
        label="Vehicles left out"
        empty="No vehicle is left out for this reason any more."
        columns={[{ header: 'Vehicle' }, { header: 'Model' }, { header: 'Why' }]}
        rows={vehicles.map(({ vin, model, reasons }) => ({
          key: vin,
          cells: [
            <Link key="vin" href={`/fleet/${vin}`} className="font-mono text-accent text-sm hover:underline">
              {vin}
            </Link>,
            model,
            <ul key="why" className="min-w-64">
              {reasons.map((reason) => (
                <li key={describeReason(reason)}>{describeReason(reason)}</li>
              ))}
            </ul>,
          ],
        }))}
      />
      <DialogActions>
        {query.hasNextPage && (
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
          </Button>
        )}
        {vehicles.length > 0 && (
          <ButtonLink
            href={fleetHref({
              kind: 'text',
              field: 'vin',
              operator: 'in',
              values: vehicles.slice(0, 200).map(({ vin }) => vin),
            })}
          >
            Open these in the fleet
          </ButtonLink>
        )}
      </DialogActions>
    </div>
  );
}
