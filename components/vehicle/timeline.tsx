'use client';

import Link from 'next/link';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { formatDuration } from '#components/ui/format.ts';
import { Select } from '#components/ui/input.tsx';
import { EmptyState, ErrorNote } from '#components/ui/notes.tsx';
import { Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { TONE_GLYPH, TONE_TEXT } from '#components/ui/tones.ts';
import { deliveryNote, type TimelineRow, wordsOf } from './timeline-words.ts';
import { usePaged } from './use-paged.ts';
import type { VehicleData } from './vehicle-screen.tsx';

type TimelineProps = { vin: string; page: VehicleData['timeline']; zone: string };

/** Everything that happened to the vehicle, newest first; the newest rows are live, older ones are fetched. */
export function Timeline({ vin, page, zone }: TimelineProps) {
  const [campaign, setCampaign] = useState('');
  const older = usePaged<TimelineRow>(page, (cursor) =>
    fetchJson(`/api/vehicles/${vin}/timeline?cursor=${encodeURIComponent(cursor)}`),
  );
  if (page.rows.length === 0) {
    return (
      <EmptyState title="Nothing has happened yet">
        Reports, offers and acknowledgments will stand here.
      </EmptyState>
    );
  }
  const campaigns = new Map(
    older.rows.flatMap((row) =>
      row.campaignId ? [[row.campaignId, row.campaignName ?? row.campaignId]] : [],
    ),
  );
  const rows = campaign === '' ? older.rows : older.rows.filter((row) => row.campaignId === campaign);
  return (
    <div className="grid gap-2 px-3 pb-3">
      {campaigns.size > 0 && (
        <Select
          aria-label="Show the timeline of"
          className="w-full sm:w-72"
          value={campaign}
          onChange={(event) => setCampaign(event.target.value)}
        >
          <option value="">Everything</option>
          {[...campaigns].map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <ol data-testid="timeline">
        {rows.map((row) => (
          <Row key={row.id} row={row} zone={zone} showCampaign={campaign === ''} />
        ))}
      </ol>
      {older.error && <ErrorNote>Older rows could not be read: {older.error}</ErrorNote>}
      {older.more && (
        <Button onClick={older.more} disabled={older.busy}>
          {older.busy ? 'Reading …' : 'Older'}
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
