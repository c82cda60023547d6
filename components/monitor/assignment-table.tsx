'use client';

import Link from 'next/link';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { formatDuration } from '#components/ui/format.ts';
import { AssignmentStatus, Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { describeReason, labelOfReason } from '#lib/domain/describe-reason.ts';
import { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import type { Monitored } from './monitor-types.ts';
import type { AssignmentRow } from './use-assignments.ts';

type AssignmentTableProps = {
  campaign: Monitored;
  rows: AssignmentRow[];
  total: number;
  onEndReached: (() => void) | undefined;
  onVisible(rows: AssignmentRow[]): void;
};

/** One vehicle of the campaign a row: where it stands, since when, and why. */
export function AssignmentTable({ campaign, ...table }: AssignmentTableProps) {
  const columns: Column<AssignmentRow>[] = [
    {
      id: 'vin',
      header: 'VIN',
      width: 190,
      cell: (row) => (
        <Link prefetch={false} href={`/fleet/${row.vin}`} className="font-mono hover:underline">
          {row.vin}
        </Link>
      ),
    },
    { id: 'state', header: 'State', width: 210, cell: (row) => <State row={row} /> },
    {
      id: 'wave',
      header: 'Wave',
      width: 130,
      cell: (row) => {
        const name = campaign.waves.find(({ number }) => number === row.wave)?.name ?? '';
        return <span title={name}>{`${row.wave + 1} · ${name}`}</span>;
      },
    },
    { id: 'why', header: 'Why', cell: (row) => <Why row={row} /> },
    { id: 'attempt', header: 'Attempt', width: 80, align: 'end', cell: (row) => row.attempt },
    {
      id: 'latency',
      header: 'Acknowledged in',
      width: 130,
      align: 'end',
      cell: (row) => latencyOf(row),
    },
    {
      id: 'changed',
      header: 'Changed',
      width: 110,
      cell: (row) => <Time at={row.updatedAt} zone={row.timeZone ?? undefined} />,
    },
  ];
  return (
    <DataTable
      label="Vehicles of the campaign"
      keysInside
      columns={columns}
      rowKey={(row) => row.vin}
      rowHref={(row) => `/fleet/${row.vin}`}
      minWidth={1020}
      firstHeight={512}
      className="max-h-[32rem]"
      {...table}
    />
  );
}

function State({ row }: { row: AssignmentRow }) {
  const moving = row.progress !== null && (row.state === 'downloading' || row.state === 'installing');
  return (
    <span className="flex items-center gap-1.5">
      <AssignmentStatus state={AssignmentState.catch('pending').parse(row.state)} />
      {moving && <span className="text-muted">{row.progress} %</span>}
      {row.late && <Badge>late</Badge>}
      {row.provisional && <Badge>unproven</Badge>}
      {row.acknowledgedFailure && <Badge>noted</Badge>}
    </span>
  );
}

function Why({ row }: { row: AssignmentRow }) {
  const text = whyOf(row);
  return text === '' ? <span className="text-muted">–</span> : <span title={text}>{text}</span>;
}

function whyOf(row: AssignmentRow): string {
  const reasons = Array.isArray(row.reasons) ? row.reasons : [];
  const sentences = reasons.map((reason) => {
    const known = ExclusionReason.safeParse(reason);
    if (known.success) return describeReason(known.data);
    const code: unknown = Reflect.get(Object(reason), 'code');
    const comment: unknown = Reflect.get(Object(reason), 'comment');
    return `${typeof code === 'string' ? labelOfReason(code) : 'unknown reason'}${typeof comment === 'string' ? `: ${comment}` : ''}`;
  });
  if (sentences.length > 0 && ['excluded', 'pending', 'deferred'].includes(row.state))
    return sentences.join(' ');
  const from = row.failedFromVersion === null ? '' : ` from ${row.failedFromVersion || '(empty)'}`;
  const ecu = row.failedEcuId === null ? '' : ` on ${row.failedEcuId}${from}`;
  const detail = row.reasonDetail === null ? '' : `: ${row.reasonDetail}`;
  return row.reasonCode === null ? '' : `${labelOfReason(row.reasonCode)}${ecu}${detail}`;
}

function latencyOf(row: AssignmentRow) {
  if (!row.acknowledgedAt || !row.notifiedAt) return <span className="text-muted">–</span>;
  return formatDuration(Math.max(0, Date.parse(row.acknowledgedAt) - Date.parse(row.notifiedAt)));
}
