'use client';

import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { Checkbox } from '#components/ui/input.tsx';
import { sortable } from '#components/ui/sort-button.tsx';
import { Badge, CampaignStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { describeCause, PauseCause } from '#lib/domain/pause-cause.ts';
import { DoneShare, FailedCount, VehicleCount } from './campaign-figures.tsx';
import { type CampaignListUrl, listQueryString } from './list-url.ts';
import { RowMenu } from './row-menu.tsx';
import type { CampaignListRow } from './use-campaigns.ts';
import { WaveBars } from './wave-bars.tsx';

type Sort = CampaignListUrl['sort'];
type Selected = ReadonlyMap<string, CampaignListRow>;
type Props = {
  rows: CampaignListRow[];
  total: number;
  url: CampaignListUrl;
  onSort(sort: Sort, descending: boolean): void;
  onEndReached: (() => void) | undefined;
  onVisible(rows: CampaignListRow[]): void;
  selected: Selected;
  onSelect(selected: Selected): void;
  canSelect: boolean;
  mayWrite: boolean;
};

/** Where a campaign is worked on: its wizard before it begins, its monitor after; `from` is the list it came from. */
export function campaignHref({ id, state }: Pick<CampaignListRow, 'id' | 'state'>, from = ''): string {
  const path = state === 'draft' ? `/campaigns/${id}/edit` : `/campaigns/${id}`;
  return from === '' || state === 'draft' ? path : `${path}?list=${encodeURIComponent(from)}`;
}

/** Campaigns, one a row, with their waves as bars. */
export function CampaignTable({ url, onSort, selected, onSelect, canSelect, mayWrite, ...table }: Props) {
  const { rows } = table;
  const from = listQueryString(url) || 'all';
  const toggle = (row: CampaignListRow) => {
    const next = new Map(selected);
    if (!next.delete(row.id)) next.set(row.id, row);
    onSelect(next);
  };
  const sorted = (id: Sort, label: string, startsDescending = false) =>
    sortable({
      label,
      startsDescending,
      active: url.sort === id,
      descending: url.desc,
      onSort: (next) => onSort(id, next),
    });
  const columns: Column<CampaignListRow>[] = [
    ...(canSelect ? [choice({ rows, selected, onSelect, toggle })] : []),
    { id: 'name', ...sorted('name', 'Campaign'), cell: (row) => <Name row={row} from={from} /> },
    {
      id: 'menu',
      width: 52,
      header: <span className="sr-only">Actions</span>,
      cell: (row) => <RowMenu row={row} mayWrite={mayWrite} />,
    },
    { id: 'releases', width: 156, header: 'Releases', cell: (row) => <Releases row={row} /> },
    { id: 'state', width: 168, header: 'State', cell: (row) => <State row={row} /> },
    {
      id: 'waves',
      width: 156,
      header: 'Waves',
      cell: (row) => <WaveBars counts={row.counts} label={row.name} campaignId={row.id} />,
    },
    {
      id: 'vehicles',
      width: 84,
      header: 'Vehicles',
      align: 'end',
      cell: (row) => <VehicleCount row={row} />,
    },
    { id: 'done', width: 72, header: 'Done', align: 'end', cell: (row) => <DoneShare row={row} /> },
    { id: 'failed', width: 104, header: 'Failed', align: 'end', cell: (row) => <FailedCount row={row} /> },
    { id: 'begun', width: 92, ...sorted('begun', 'Begun', true), cell: (row) => <Begun row={row} /> },
    {
      id: 'created',
      width: 100,
      ...sorted('created', 'Created', true),
      cell: (row) => <Time at={row.createdAt} />,
    },
    {
      id: 'priority',
      width: 80,
      align: 'end',
      ...sorted('priority', 'Priority', true),
      cell: (row) => row.priority,
    },
  ];
  return (
    <DataTable
      label="Campaigns"
      columns={columns}
      rowKey={(row) => row.id}
      rowHref={(row) => campaignHref(row, from)}
      {...(canSelect ? { onToggle: toggle } : {})}
      isMarked={(row) => selected.has(row.id)}
      minWidth={1370}
      className="max-h-[max(24rem,calc(100dvh-15rem))]"
      {...table}
    />
  );
}

function choice({
  rows,
  selected,
  onSelect,
  toggle,
}: Pick<Props, 'rows' | 'selected' | 'onSelect'> & {
  toggle(row: CampaignListRow): void;
}): Column<CampaignListRow> {
  const all = rows.every(({ id }) => selected.has(id));
  const box = 'grid size-6 place-items-center';
  return {
    id: 'choose',
    width: 44,
    header: (
      <span className={box}>
        <Checkbox
          aria-label="Choose all campaigns shown"
          checked={all}
          onChange={() => onSelect(all ? new Map() : new Map(rows.map((row) => [row.id, row])))}
        />
      </span>
    ),
    cell: (row) => (
      <span className={box}>
        <Checkbox
          aria-label={`Choose ${row.name}`}
          checked={selected.has(row.id)}
          onChange={() => toggle(row)}
        />
      </span>
    ),
  };
}

function Name({ row, from }: { row: CampaignListRow; from: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link
        href={campaignHref(row, from)}
        title={row.name}
        className="min-w-0 truncate font-medium text-accent hover:underline"
      >
        {row.name}
      </Link>
      {row.kind === 'continuous' && <Badge>continuous</Badge>}
      {row.delivery === 'broadcast' && <Badge>broadcast</Badge>}
      {row.parentId && <Badge>retry</Badge>}
    </span>
  );
}

function Releases({ row }: { row: CampaignListRow }) {
  if (row.releases.length === 0) return <span className="text-muted">none yet</span>;
  return row.releases.map(({ id, ecuType, version, state }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <Link
        href={`/catalog/releases/${id}`}
        title={`${ecuType} ${version}`}
        className="hover:underline"
        prefetch={false}
      >
        {ecuType} <span className="font-mono text-sm">{version}</span>
      </Link>
      {state === 'withdrawn' && <span className="text-failed"> withdrawn</span>}
    </span>
  ));
}

function State({ row }: { row: CampaignListRow }) {
  const cause = PauseCause.safeParse(row.pauseCause).data;
  return (
    <span title={row.state === 'paused' && cause ? describeCause(cause) : undefined}>
      <CampaignStatus state={row.state} />
      {row.state === 'paused' && cause && cause.kind !== 'person' && (
        <span className="text-muted"> by itself</span>
      )}
    </span>
  );
}

function Begun({ row }: { row: CampaignListRow }) {
  if (row.startedAt) return <Time at={row.startedAt} />;
  return row.startAt ? <Time at={row.startAt} /> : <span className="text-muted">not yet</span>;
}
