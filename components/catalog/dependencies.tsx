'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Button } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { ReleaseStatus } from './release-table.tsx';

type Releases = ViewValue<'catalog'>['releases'];

const DependencyGraph = dynamic(() => import('./dependency-graph.tsx').then((part) => part.DependencyGraph), {
  ssr: false,
  loading: () => <Skeleton className="m-4 h-[28rem]" />,
});

const MODES = ['graph', 'table'] as const;

/** What needs what, as a picture or as a table that says the same. */
export function Dependencies({ releases, total }: { releases: Releases; total: number }) {
  const [mode, setMode] = useQueryState('as', parseAsStringLiteral(MODES).withDefault('graph'));
  const needing = releases.filter(({ dependencies }) => dependencies.length > 0);
  if (needing.length === 0) {
    return (
      <Panel>
        <EmptyState title="No release needs another">
          Dependencies are declared in a release: which version another ECU of the vehicle must have.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="What needs what"
      flush
      actions={
        <div className="flex gap-1">
          {MODES.map((value) => (
            <Button
              key={value}
              size="small"
              look={mode === value ? 'default' : 'quiet'}
              aria-pressed={mode === value}
              onClick={() => void setMode(value)}
            >
              {value === 'graph' ? 'Graph' : 'Table'}
            </Button>
          ))}
        </div>
      }
    >
      {total > releases.length && (
        <p className="px-4 py-2 text-muted">
          Drawn from the newest {formatCount(releases.length)} of {formatCount(total)} releases and what they
          need.
        </p>
      )}
      {mode === 'graph' ? <DependencyGraph releases={releases} /> : <DependencyTable releases={needing} />}
    </Panel>
  );
}

function DependencyTable({ releases }: { releases: Releases }) {
  return (
    <PlainTable
      label="Dependencies between releases"
      columns={[
        { header: 'Release' },
        { header: 'State' },
        { header: 'Needs' },
        { header: 'Least version' },
        { header: 'How' },
      ]}
      rows={releases.flatMap((release) =>
        release.dependencies.map((need) => ({
          key: `${release.id} ${need.ecuType}`,
          cells: [
            <Link
              key="release"
              href={catalogRoutes.release(release.id)}
              className="text-accent hover:underline"
            >
              {release.ecuType} <Version text={release.version} />
            </Link>,
            <ReleaseStatus key="state" state={release.state} />,
            <Link key="needs" href={catalogRoutes.ecuType(need.ecuType)} className="hover:underline">
              {need.ecuType}
            </Link>,
            <Version key="version" text={need.minimumVersion} />,
            need.maySameCampaign ? 'may come in the same campaign' : 'installed before',
          ],
        })),
      )}
    />
  );
}
