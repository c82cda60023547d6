import Link from 'next/link';
import { formatBytes, formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { type PlainColumn, PlainTable } from '#components/ui/plain-table.tsx';
import { sortable } from '#components/ui/sort-button.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { RELEASE_STATUS } from '#components/ui/tones.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { installedHref } from './fleet-href.ts';
import type { RELEASE_SORTS } from './release-url.ts';

export type Release = ViewValue<'catalog'>['releases'][number];
type Sort = (typeof RELEASE_SORTS)[number];
export type ReleaseOrder = {
  sort: Sort;
  descending: boolean;
  onSort(sort: Sort, descending: boolean): void;
};

/** Releases with hardware, size, state and where they are installed. */
export function ReleaseTable({
  releases,
  empty,
  showType = true,
  label = 'Releases',
  order,
}: {
  releases: Release[];
  empty: string;
  showType?: boolean;
  label?: string;
  /** Where the list can be sorted. */
  order?: ReleaseOrder;
}) {
  const column = (sort: Sort, label: string): PlainColumn => {
    if (!order) return { header: label };
    const { descending, onSort } = order;
    return sortable({
      label,
      active: order.sort === sort,
      descending,
      startsDescending: sort === 'createdAt',
      onSort: (next) => onSort(sort, next),
    });
  };
  return (
    <PlainTable
      label={label}
      empty={empty}
      columns={[
        ...(showType ? [column('ecuType', 'ECU type')] : []),
        { header: 'Version' },
        { header: 'State' },
        { header: 'Hardware' },
        { header: 'Needs' },
        { header: 'Size', align: 'end' as const },
        { header: 'Installed on', align: 'end' as const },
        { header: 'Since' },
        ...(order ? [column('createdAt', 'Drafted')] : []),
      ]}
      rows={releases.map((release) => ({
        key: release.id,
        cells: [
          ...(showType
            ? [
                <Link key="type" href={catalogRoutes.ecuType(release.ecuType)} className="hover:underline">
                  {release.ecuType}
                </Link>,
              ]
            : []),
          <Link
            key="version"
            href={catalogRoutes.release(release.id)}
            className="text-accent hover:underline"
          >
            <Version text={release.version} />
          </Link>,
          <ReleaseStatus key="state" state={release.state} />,
          <span key="hardware" className="text-sm">
            {release.hardwareVersions.join(', ')}
          </span>,
          <span key="needs" className="text-sm">
            {release.dependencies.map((need) => `${need.ecuType} ≥ ${need.minimumVersion}`).join(', ') || '–'}
          </span>,
          release.artifactLength === null ? (
            <span key="size" className="text-muted">
              no file
            </span>
          ) : (
            formatBytes(release.artifactLength)
          ),
          <Link
            key="installed"
            href={installedHref(release.ecuType, release.version)}
            className="hover:underline"
            aria-label={`Installed on ${formatCount(release.installedOn)} vehicles`}
          >
            {formatCount(release.installedOn)}
          </Link>,
          <Time key="since" at={release.withdrawnAt ?? release.releasedAt ?? release.createdAt} />,
          ...(order ? [<Time key="drafted" at={release.createdAt} />] : []),
        ],
      }))}
    />
  );
}

/** A release's state: glyph, word and colour. */
export function ReleaseStatus({ state }: { state: string }) {
  const status = RELEASE_STATUS[state] ?? { tone: 'offline' as const, word: state };
  return <Status tone={status.tone}>{status.word}</Status>;
}
