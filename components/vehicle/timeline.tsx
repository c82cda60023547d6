'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsString, useQueryState } from 'nuqs';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { formatDuration } from '#components/ui/format.ts';
import { Select } from '#components/ui/input.tsx';
import { EmptyState, ErrorNote } from '#components/ui/notes.tsx';
import { joinRows } from '#components/ui/older-rows.tsx';
import { Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { TONE_GLYPH, TONE_TEXT } from '#components/ui/tones.ts';
import { deliveryNote, type TimelineRow, wordsOf } from './timeline-words.ts';
import { usePaged } from './use-paged.ts';
import type { VehicleData } from './vehicle-screen.tsx';

type TimelinePage = VehicleData['timeline'];
type TimelineProps = {
  vin: string;
  page: TimelinePage;
  campaigns: VehicleData['campaigns']['rows'];
  zone: string;
};

/** Everything that happened to the vehicle, newest first; the newest rows are live, older ones are fetched. */
export function Timeline({ vin, page, campaigns, zone }: TimelineProps) {
  const [campaign, setCampaign] = useQueryState('of', parseAsString.withDefault(''));
  const path = `/api/vehicles/${vin}/timeline`;
  const older = usePaged<TimelineRow>(page, (cursor) =>
    fetchJson(`${path}?cursor=${encodeURIComponent(cursor)}`),
  );
  const ofCampaign = useInfiniteQuery({
    queryKey: ['timeline', vin, campaign],
    enabled: campaign !== '',
    queryFn: ({ pageParam, signal }) =>
      fetchJson<TimelinePage>(
        `${path}?campaign=${encodeURIComponent(campaign)}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`,
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }: TimelinePage) => next ?? undefined,
  });
  if (page.rows.length === 0) {
    return (
      <EmptyState title="Nothing has happened yet">
        Reports, offers and acknowledgments will stand here.
      </EmptyState>
    );
  }
  const names = new Map([
    ...older.rows.flatMap(({ campaignId, campaignName }) =>
      campaignId ? [[campaignId, campaignName] as const] : [],
    ),
    ...campaigns.map(({ campaignId, campaignName }) => [campaignId, campaignName] as const),
  ]);
  const live = page.rows.filter(({ campaignId }) => campaignId === campaign);
  const rows =
    campaign === ''
      ? older.rows
      : joinRows(live, ofCampaign.data?.pages.flatMap((one) => one.rows) ?? [], ({ id }) => id);
  const { more, busy, error } =
    campaign === ''
      ? older
      : {
          more: ofCampaign.hasNextPage ? () => void ofCampaign.fetchNextPage() : undefined,
          busy: ofCampaign.isFetchingNextPage || ofCampaign.isLoading,
          error: ofCampaign.error?.message,
        };
  return (
    <div className="grid gap-2 px-3 pb-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        {names.size > 0 && (
          <Select
            aria-label="Show the timeline of"
            className="w-full sm:w-72"
            value={campaign}
            onChange={(event) => void setCampaign(event.target.value || null)}
          >
            <option value="">Everything</option>
            {[...names].map(([id, name]) => (
              <option key={id} value={id}>
                {name ?? id}
              </option>
            ))}
          </Select>
        )}
        <CsvLink
          small
          of="the timeline"
          href={`${path}/export${campaign && `?campaign=${encodeURIComponent(campaign)}`}`}
        />
      </div>
      <ol data-testid="timeline">
        {rows.map((row) => (
          <Row key={row.id} row={row} zone={zone} showCampaign={campaign === ''} />
        ))}
      </ol>
      {error && <ErrorNote>Older rows could not be read: {error}</ErrorNote>}
      {more && (
        <Button onClick={more} disabled={busy}>
          {busy ? 'Reading …' : 'Older'}
        </Button>
      )}
    </div>
  );
}

function Row({ row, zone, showCampaign }: { row: TimelineRow; zone: string; showCampaign: boolean }) {
  const { tone, word } = wordsOf(row);
  const note = deliveryNote(row);
  return (
    <li className="relative flex gap-3 border-line/70 border-b py-2 last:border-b-0" data-kind={row.kind}>
      <span aria-hidden className={cn('w-4 text-center font-mono', TONE_TEXT[tone])}>
        {TONE_GLYPH[tone]}
      </span>
      <div className="grid min-w-0 flex-1 gap-0.5">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{word}</span>
          {row.ecuId && <span className="font-mono text-sm">{row.ecuId}</span>}
          {row.code && row.kind !== 'presence' && <Badge className="font-mono">{row.code}</Badge>}
          {row.latencyMs !== null && (
            <span className="text-muted text-sm">after {formatDuration(row.latencyMs)}</span>
          )}
        </div>
        {row.detail && <p className="break-words text-muted">{row.detail}</p>}
        {note && <p className="text-muted">{note}</p>}
        {showCampaign && row.campaignId && (
          <p className="truncate text-muted text-sm">
            <Link prefetch={false} href={`/campaigns/${row.campaignId}`} className="hover:underline">
              {row.campaignName ?? row.campaignId}
            </Link>
            {row.attempt !== null && row.attempt > 1 && `, attempt ${row.attempt}`}
          </p>
        )}
      </div>
      <span className="shrink-0 text-muted text-sm">
        <Time at={row.at} zone={zone} />
      </span>
    </li>
  );
}
