'use client';

import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { sortable } from '#components/ui/sort-button.tsx';
import { AssignmentStatus, Badge, Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { AssignmentState } from '#lib/domain/states.ts';
import type { FleetRow } from './fleet-rows.ts';
import type { FLEET_SORTS } from './fleet-url.ts';

type Sort = (typeof FLEET_SORTS)[number];
type FleetTableProps = {
  rows: FleetRow[];
  total: number;
  sort: Sort;
  descending: boolean;
  onSort(sort: Sort, descending: boolean): void;
  onEndReached: (() => void) | undefined;
  onVisible(rows: FleetRow[]): void;
  hrefOf(vin: string): string;
};

/** The fleet, one vehicle a row. */
export function FleetTable({ sort, descending, onSort, hrefOf, ...table }: FleetTableProps) {
  const sorted = (id: Sort, label: string) =>
    sortable({ label, active: sort === id, descending, onSort: (next) => onSort(id, next) });
  const columns: Column<FleetRow>[] = [
    {
      id: 'vin',
      width: 190,
      ...sorted('vin', 'VIN'),
      cell: (row) => (
        <Link prefetch={false} href={hrefOf(row.vin)} className="font-mono hover:underline">
          {row.vin}
        </Link>
      ),
    },
    { id: 'presence', width: 100, header: 'Presence', cell: (row) => <Presence row={row} /> },
    { id: 'model', ...sorted('model', 'Model'), cell: (row) => <span title={row.model}>{row.model}</span> },
    { id: 'year', width: 76, ...sorted('modelYear', 'Year'), cell: (row) => row.modelYear },
    {
      id: 'region',
      ...sorted('region', 'Region'),
      cell: (row) => <span title={row.region}>{row.region}</span>,
    },
    {
      id: 'seen',
      width: 112,
      ...sorted('lastSeen', 'Last seen'),
      cell: (row) => <Time at={row.lastSeenAt} zone={row.timeZone} />,
    },
    { id: 'update', width: 170, header: 'Update', cell: (row) => <Update row={row} /> },
    { id: 'notes', width: 210, header: 'Notes', cell: (row) => <Notes row={row} /> },
  ];
  return (
    <DataTable
      label="Vehicles"
      columns={columns}
      rowKey={(row) => row.vin}
      rowHref={(row) => hrefOf(row.vin)}
      minWidth={1080}
      className="max-h-[max(24rem,calc(100dvh-17rem))]"
      {...table}
    />
  );
}

function Presence({ row }: { row: FleetRow }) {
  if (row.lastSeenAt === null) return <Status tone="offline">Never seen</Status>;
  return row.online ? <Status tone="done">Online</Status> : <Status tone="offline">Offline</Status>;
}

function Update({ row }: { row: FleetRow }) {
  const state = AssignmentState.safeParse(row.assignmentState);
  if (!state.success || row.campaignId === null) return <span className="text-muted">–</span>;
  return (
    <Link prefetch={false} href={`/campaigns/${row.campaignId}`} className="hover:underline">
      <AssignmentStatus state={state.data} />
    </Link>
  );
}

function Notes({ row }: { row: FleetRow }) {
  return (
    <span className="flex items-center gap-1.5">
      {row.blockedAt && <Status tone="failed">Blocked</Status>}
      {row.tcuReplacedAt && <Status tone="warning">TCU replaced</Status>}
      {!row.complete && <Status tone="warning">Incomplete</Status>}
      {row.retiredAt && <Status tone="offline">Retired</Status>}
      {row.tags.slice(0, 3).map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  );
}
