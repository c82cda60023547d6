import Link from 'next/link';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import type { OverviewData } from './overview-live.tsx';

/** How many ECUs of each type run the newest released version. */
export function Compliance({ rows }: { rows: OverviewData['compliance'] }) {
  return (
    <PlainTable
      label="Version compliance by ECU type"
      empty="No release is published yet. Compliance shows how many ECUs run the newest release of their type."
      columns={[
        { header: 'ECU type' },
        { header: 'Newest release' },
        { header: 'Up to date', className: 'w-2/5' },
        { header: 'ECUs', align: 'end' },
        { header: 'Behind', align: 'end' },
      ]}
      rows={rows.map((row) => {
        const behind = row.installedOn - row.atNewest;
        const filter = `ecu("${row.name}").software != "${(row.newestVersion ?? '').replaceAll('"', '""')}"`;
        return {
          key: row.name,
          cells: [
            <span key="name" className="whitespace-nowrap font-medium">
              {row.name}
            </span>,
            row.newestReleaseId ? (
              <Link
                key="version"
                href={`/catalog/releases/${row.newestReleaseId}`}
                className="hover:underline"
              >
                <Version text={row.newestVersion} />
              </Link>
            ) : (
              <Version key="version" text={row.newestVersion} />
            ),
            <Share key="share" part={row.atNewest} whole={row.installedOn} />,
            formatCount(row.installedOn),
            behind > 0 ? (
              <Link key="behind" href={`/fleet?q=${encodeURIComponent(filter)}`} className="hover:underline">
                {formatCount(behind)}
              </Link>
            ) : (
              '0'
            ),
          ],
        };
      })}
    />
  );
}

function Share({ part, whole }: { part: number; whole: number }) {
  return (
    <span className="flex min-w-32 items-center gap-2">
      <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-[3px] bg-line/70">
        <span
          className="block h-full bg-done"
          style={{ width: whole === 0 ? 0 : `${(100 * part) / whole}%` }}
        />
      </span>
      <span className="w-14 text-right">{formatShare(part, whole)}</span>
    </span>
  );
}
