import Link from 'next/link';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { installedHref } from './fleet-href.ts';
import { NewEcuType } from './new-ecu-type.tsx';
import { schemeLabel } from './version-schemes.ts';

type EcuTypes = ViewValue<'catalog'>['types'];

/** ECU types with their newest release and the share of the fleet that runs it. */
export function EcuTypeTable({ types, canWrite }: { types: EcuTypes; canWrite: boolean }) {
  if (types.length === 0) {
    return (
      <Panel>
        <EmptyState title="The catalog is empty" action={canWrite && <NewEcuType />}>
          Create an ECU type first: it says how the versions of its software are ordered. Releases come next.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel flush>
      <p className="flex justify-end border-line border-b p-3">
        <CsvLink of="ECU types" href="/api/catalog/types/export" />
      </p>
      <PlainTable
        label="ECU types"
        columns={[
          { header: 'ECU type' },
          { header: 'Versions' },
          { header: 'Newest release' },
          { header: 'Releases', align: 'end' },
          { header: 'Drafts', align: 'end' },
          { header: 'In the fleet', align: 'end' },
          { header: 'Runs the newest', align: 'end' },
        ]}
        rows={types.map((type) => ({
          key: type.name,
          cells: [
            <Link
              key="name"
              href={catalogRoutes.ecuType(type.name)}
              className="whitespace-nowrap font-medium text-accent hover:underline"
            >
              {type.name}
            </Link>,
            schemeLabel(type.versionScheme),
            type.newestReleaseId ? (
              <Link
                key="newest"
                href={catalogRoutes.release(type.newestReleaseId)}
                className="hover:underline"
              >
                <Version text={type.newestVersion} />
              </Link>
            ) : (
              <span key="none" className="text-muted">
                nothing released
              </span>
            ),
            <Link key="releases" href={releasesHref(type.name)} className="hover:underline">
              {formatCount(type.releases)}
            </Link>,
            <Link key="drafts" href={releasesHref(type.name, 'draft')} className="hover:underline">
              {formatCount(type.drafts)}
            </Link>,
            <Link key="fleet" href={installedHref(type.name)} className="hover:underline">
              {formatCount(type.installedOn)}
            </Link>,
            <NewestShare key="share" type={type} />,
          ],
        }))}
      />
    </Panel>
  );
}

function releasesHref(ecuType: string, state?: string): string {
  const query = new URLSearchParams({ view: 'releases', q: ecuType, ...(state ? { state } : {}) });
  return `/catalog?${query}`;
}

function NewestShare({ type }: { type: EcuTypes[number] }) {
  if (!type.newestVersion || type.installedOn === 0) return <span className="text-muted">–</span>;
  const share = type.atNewest / type.installedOn;
  return (
    <Link
      href={installedHref(type.name, type.newestVersion)}
      className="inline-flex items-center justify-end gap-2 hover:underline"
    >
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-done" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="w-14">{formatShare(type.atNewest, type.installedOn)}</span>
    </Link>
  );
}
