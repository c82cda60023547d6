'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Page, PageHeader, Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Badge } from '#components/ui/status.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { DeclareBaselines } from './declare-baselines.tsx';
import { installedHref } from './fleet-href.ts';
import { ReleaseTable } from './release-table.tsx';
import { VersionCourse } from './version-course.tsx';
import { schemeExplanation, schemeLabel } from './version-schemes.ts';

type Props = {
  name: string;
  initial: ViewValue<'ecu-type'>;
  course: ViewValue<'version-course'>;
  canWrite: boolean;
};

/** One ECU type: its releases, and every version that the catalog can place in order. */
export function EcuTypePage({ name, initial, course, canWrite }: Props) {
  const { data, problem } = useLiveView('ecu-type', { name }, initial);
  const { type, lineage, releases } = data;
  if (!type)
    return <ErrorNote className="m-6">The ECU type {name} is not in the catalog any more.</ErrorNote>;
  return (
    <Page>
      <PageHeader
        title={name}
        actions={
          canWrite && (
            <>
              <DeclareBaselines ecuType={name} versions={lineage.map(({ version }) => version)} />
              <ButtonLink href={catalogRoutes.newRelease(name)} look="primary">
                <Plus /> New release
              </ButtonLink>
            </>
          )
        }
      >
        {type.description && <p>{type.description}</p>}
        <p>
          {schemeLabel(type.versionScheme)} versions. {schemeExplanation(type.versionScheme)}
        </p>
        <p>
          In the fleet:{' '}
          <Link href={installedHref(name)} className="text-accent underline">
            {formatCount(type.installedOn)} ECUs
          </Link>
          .
        </p>
      </PageHeader>
      {problem && <ErrorNote>{problem}</ErrorNote>}
      <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="min-w-0 xl:col-span-2">
          <VersionCourse ecuType={name} initial={course} />
        </div>
        <Panel title="Releases" flush className="self-start">
          {releases.length < type.releases + type.drafts && (
            <p className="px-4 py-2 text-muted">
              The newest {formatCount(releases.length)} of{' '}
              <Link
                href={`/catalog?view=releases&q=${encodeURIComponent(name)}`}
                className="text-accent underline"
              >
                {formatCount(type.releases + type.drafts)}
              </Link>
              .
            </p>
          )}
          <ReleaseTable
            label={`Releases of ${name}`}
            releases={releases}
            showType={false}
            empty="Nothing has been drafted for it yet."
          />
        </Panel>
        <Panel title="Versions in order, newest first" flush className="self-start">
          <PlainTable
            label="Versions in order"
            empty="No version is known yet. Declare those that vehicles left the factory with, or release one."
            columns={[
              { header: 'Version' },
              { header: 'Known by' },
              { header: 'Installed on', align: 'end' },
            ]}
            rows={lineage.map((known) => ({
              key: known.version,
              cells: [
                known.releaseId ? (
                  <Link
                    key="version"
                    href={catalogRoutes.release(known.releaseId)}
                    className="text-accent hover:underline"
                  >
                    <Version text={known.version} />
                  </Link>
                ) : (
                  <Version key="version" text={known.version} />
                ),
                <Badge key="source">{known.source === 'baseline' ? 'Baseline' : 'Release'}</Badge>,
                <Link
                  key="installed"
                  href={installedHref(name, known.version)}
                  className="hover:underline"
                  aria-label={`Installed on ${formatCount(known.installedOn)}`}
                >
                  {formatCount(known.installedOn)}
                </Link>,
              ],
            }))}
          />
        </Panel>
      </Fresh>
    </Page>
  );
}
