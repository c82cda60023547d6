import Link from 'next/link';
import { formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { installedHref } from './fleet-href.ts';
import type { VersionCourseData } from './version-layers.ts';

type VersionLinkProps = { ecuType: string; series: VersionCourseData['series'][number] };

/** A version's name; it leads to the vehicles that run it now. */
export function VersionLink({ ecuType, series: { version, rank } }: VersionLinkProps) {
  if (version === null) return <span className="text-muted">Other versions</span>;
  return (
    <Link
      href={installedHref(ecuType, version)}
      className="hover:underline"
      title={`The vehicles that run ${version} now${rank === 'newest' ? '; it is the newest release' : ''}`}
    >
      <Version text={version} />
    </Link>
  );
}

/** The same as the chart: a row a day, the newest first, a column a version. */
export function VersionTable({ data: { ecuType, days, series } }: { data: VersionCourseData }) {
  const shown = series.toReversed();
  return (
    <PlainTable
      label={`Versions of ${ecuType} by day`}
      className="max-h-80 overflow-y-auto"
      columns={[
        { header: 'Day (UTC)' },
        ...shown.map((one) => ({
          header: <VersionLink ecuType={ecuType} series={one} />,
          align: 'end' as const,
        })),
      ]}
      rows={days
        .map((day, index) => ({
          key: day,
          cells: [
            <span key="day" className="whitespace-nowrap font-mono">
              {day}
            </span>,
            ...shown.map(({ counts }) => {
              const count = counts[index] ?? null;
              return count === null ? 'not counted' : formatCount(count);
            }),
          ],
        }))
        .toReversed()}
    />
  );
}
