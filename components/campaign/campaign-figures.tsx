import Link from 'next/link';
import { assignmentsHref } from '#components/monitor/assignment-url.ts';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import { atTargetOf, countsOf, erredOf, finishedOf, intendedOf, OUTSIDE } from '#lib/domain/wave-counts.ts';
import type { CampaignListRow } from './use-campaigns.ts';

const OFFERED = AssignmentState.options.filter((state) => !OUTSIDE.some((other) => other === state));

/** How many vehicles a campaign is for. */
export function vehiclesOf({ counts }: Pick<CampaignListRow, 'counts'>): number {
  return intendedOf(countsOf(counts));
}

/** The vehicles that a campaign is for, as a link to them. */
export function VehicleCount({ row }: { row: CampaignListRow }) {
  const vehicles = vehiclesOf(row);
  if (vehicles === 0) return <span className="text-muted">–</span>;
  return (
    <Figure href={assignmentsHref(row.id, { state: OFFERED })} label={`Vehicles of ${row.name}`}>
      {formatCount(vehicles)}
    </Figure>
  );
}

/** The share that runs the target, as a link to those vehicles. */
export function DoneShare({ row }: { row: CampaignListRow }) {
  const vehicles = vehiclesOf(row);
  if (vehicles === 0) return <span className="text-muted">–</span>;
  return (
    <Figure
      href={assignmentsHref(row.id, { state: ['confirmed', 'already_installed'] })}
      label={`Vehicles of ${row.name} that run the target`}
    >
      {formatShare(atTargetOf(countsOf(row.counts)), vehicles)}
    </Figure>
  );
}

/** Failures that nobody took note of, as a link to those vehicles. */
export function FailedCount({ row }: { row: CampaignListRow }) {
  const counts = countsOf(row.counts);
  const failed = erredOf(counts);
  if (failed === 0) return <span className="text-muted">{vehiclesOf(row) === 0 ? '–' : '0'}</span>;
  return (
    <Figure
      href={assignmentsHref(row.id, { state: ['failed', 'rolled_back', 'timed_out'], acknowledged: false })}
      label={`Failed vehicles of ${row.name}`}
    >
      <span className="text-failed">
        {formatCount(failed)} ({formatShare(failed, finishedOf(counts))})
      </span>
    </Figure>
  );
}

function Figure({ href, label, children }: { href: string; label: string; children: React.ReactNode }) {
  return (
    <Link href={href} title={label} className="hover:underline" prefetch={false}>
      {children}
    </Link>
  );
}
