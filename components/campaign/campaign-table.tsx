'use client';

import Link from 'next/link';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Checkbox } from '#components/ui/input.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { CampaignStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { describeCause, PauseCause } from '#lib/domain/pause-cause.ts';
import { atTargetOf, countsOf, erredOf, finishedOf } from '#lib/domain/wave-counts.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { RowMenu } from './row-menu.tsx';
import { WaveBars } from './wave-bars.tsx';

export type CampaignListRow = ViewValue<'campaign-list'>['rows'][number];

type Props = {
  rows: CampaignListRow[];
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
  canSelect: boolean;
};

const OUTSIDE = new Set(['excluded', 'not_applicable']);

/** Where a campaign is worked on: its wizard before it begins, its monitor after. */
export function campaignHref({ id, state }: Pick<CampaignListRow, 'id' | 'state'>): string {
  return state === 'draft' ? `/campaigns/${id}/edit` : `/campaigns/${id}`;
}

/** Campaigns, one a row, with their waves as bars. */
export function CampaignTable({ rows, selected, onSelect, canSelect }: Props) {
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const all = rows.every(({ id }) => selected.has(id));
  return (
    <PlainTable
      label="Campaigns"
      columns={[
        ...(canSelect
          ? [
              {
                header: (
                  <span className="grid size-6 place-items-center">
                    <Checkbox
                      aria-label="Choose all campaigns shown"
                      checked={all}
                      onChange={() => onSelect(all ? new Set() : new Set(rows.map(({ id }) => id)))}
                    />
                  </span>
                ),
              },
            ]
          : []),
        { header: 'Campaign', className: 'min-w-48' },
        { header: 'State' },
        { header: 'Waves', className: 'w-[28%] min-w-44' },
        { header: 'Vehicles', align: 'end' },
        { header: 'Done', align: 'end' },
        { header: 'Failed', align: 'end' },
        { header: 'Begun' },
        { header: <span className="sr-only">Actions</span> },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        className: selected.has(row.id) ? 'bg-raised/60' : '',
        cells: [
          ...(canSelect
            ? [
                <span key="choose" className="grid size-6 place-items-center">
                  <Checkbox
                    aria-label={`Choose ${row.name}`}
                    checked={selected.has(row.id)}
                    onChange={() => toggle(row.id)}
                  />
                </span>,
              ]
            : []),
          <Name key="name" row={row} />,
          <State key="state" row={row} />,
          <WaveBars key="waves" counts={row.counts} label={row.name} />,
          ...figures(row),
          <span key="begun" className="whitespace-nowrap">
            {row.startedAt ? (
              <Time at={row.startedAt} />
            ) : row.startAt ? (
              <Time at={row.startAt} />
            ) : (
              <span className="text-muted">not yet</span>
            )}
          </span>,
          <RowMenu key="menu" row={row} />,
        ],
      }))}
    />
  );
}

function Name({ row }: { row: CampaignListRow }) {
  return (
    <span className="grid min-w-0 py-1">
      <Link href={campaignHref(row)} className="break-words font-medium text-accent hover:underline">
        {row.name}
      </Link>
      <span className="text-muted text-sm">
        {row.releases.map(({ ecuType, version }) => `${ecuType} ${version}`).join(', ') || 'no release yet'}
        {row.kind === 'continuous' && ' · continuous'}
        {row.delivery === 'broadcast' && ' · broadcast'}
        {row.parentId && ' · retry of another'}
      </span>
    </span>
  );
}

function State({ row }: { row: CampaignListRow }) {
  const cause = PauseCause.safeParse(row.pauseCause).data;
  return (
    <span className="grid">
      <CampaignStatus state={row.state} />
      {row.state === 'paused' && cause && (
        <span className="max-w-56 text-muted text-sm">{describeCause(cause)}</span>
      )}
    </span>
  );
}

function figures(row: CampaignListRow) {
  const counts = countsOf(row.counts);
  const vehicles = row.counts.reduce((sum, { state, count }) => sum + (OUTSIDE.has(state) ? 0 : count), 0);
  const failed = erredOf(counts);
  return [
    vehicles === 0 ? '–' : formatCount(vehicles),
    vehicles === 0 ? '–' : formatShare(atTargetOf(counts), vehicles),
    failed === 0 ? (
      <span key="failed" className="text-muted">
        {vehicles === 0 ? '–' : '0'}
      </span>
    ) : (
      <span key="failed" className="whitespace-nowrap text-failed">
        {formatCount(failed)} ({formatShare(failed, finishedOf(counts))})
      </span>
    ),
  ];
}
