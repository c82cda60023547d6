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
import { describeReason } from '#lib/domain/describe-reason.ts';
import type { ExclusionCode, ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { DraftDefinition } from './draft-definition.ts';

/** As the server names the parts of a preview. */
export type Part =
  | { kind: 'reason'; code: ExclusionCode }
  | { kind: 'verdict'; verdict: 'eligible' | 'already_installed' | 'waiting' | 'excluded' }
  | { kind: 'wave'; wave: number }
  | { kind: 'rival'; rivalId: string };
/** The definition that is previewed, without id where it is no draft yet; without definition the one that is stored. */
export type Previewed = { campaignId: string | undefined; definition?: DraftDefinition };
type Props = Previewed & { part: Part; name: string; count: number };
type Answer = { vehicles: { vin: string; model: string; reasons: ExclusionReason[] }[]; next: string | null };

/** A count of the preview that opens the list of its vehicles, each with its reasons in full. */
export function PreviewedVehicles({ part, name, count, ...previewed }: Props) {
  const [open, setOpen] = useState(false);
  const words = `${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`;
  if (count === 0 && !open) return <span className="text-muted">0</span>;
  return (
    <Dialog
      wide
      title={`${name}: ${words}`}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          className="min-h-6 min-w-6 text-right text-accent hover:underline"
          aria-label={`${name}: show ${words}`}
        >
          {formatCount(count)}
        </button>
      }
    >
      {open && <List part={part} {...previewed} />}
    </Dialog>
  );
}

function List({ part, campaignId, definition }: Previewed & { part: Part }) {
  const why = part.kind === 'reason' || (part.kind === 'verdict' && /waiting|excluded/.test(part.verdict));
  const query = useInfiniteQuery({
    queryKey: ['previewed', campaignId, JSON.stringify(part), JSON.stringify(definition)],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }): Promise<Answer> => {
      const response = await fetch('/api/campaigns/previewed', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ campaignId, definition, part, ...(pageParam ? { after: pageParam } : {}) }),
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
        label="Vehicles behind the figure"
        empty="No vehicle is counted there any more."
        columns={[{ header: 'Vehicle' }, { header: 'Model' }, ...(why ? [{ header: 'Why' }] : [])]}
        rows={vehicles.map(({ vin, model, reasons }) => ({
          key: vin,
          cells: [
            <Link key="vin" href={`/fleet/${vin}`} className="font-mono text-accent text-sm hover:underline">
              {vin}
            </Link>,
            model,
            ...(why
              ? [
                  <ul key="why" className="min-w-64">
                    {reasons.map((reason) => (
                      <li key={describeReason(reason)}>{describeReason(reason)}</li>
                    ))}
                  </ul>,
                ]
              : []),
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
