'use client';

import { Plus } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Page, PageHeader } from '#components/ui/panel.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { Dependencies } from './dependencies.tsx';
import { EcuTypeTable } from './ecu-type-table.tsx';
import { NewEcuType } from './new-ecu-type.tsx';
import { ReleaseList } from './release-list.tsx';
import type { ReleaseUrl } from './release-url.ts';

const TABS = ['types', 'releases', 'dependencies'] as const;

type CatalogHomeProps = {
  initial: ViewValue<'catalog'>;
  initialUrl: ReleaseUrl;
  initialReleases: ViewValue<'release-list'>;
  canWrite: boolean;
};

/** The catalog: ECU types, all releases, and what depends on what. */
export function CatalogHome({ initial, initialUrl, initialReleases, canWrite }: CatalogHomeProps) {
  const { data, problem } = useLiveView('catalog', { ids: [] }, initial);
  const [tab, setTab] = useQueryState('view', parseAsStringLiteral(TABS).withDefault('types'));
  const choose = (value: string) => {
    const next = TABS.find((candidate) => candidate === value);
    if (next) void setTab(next);
  };
  const total = data.types.reduce((sum, type) => sum + type.releases + type.drafts, 0);
  return (
    <Page>
      <PageHeader
        title="Catalog"
        actions={
          canWrite && (
            <>
              <NewEcuType />
              <ButtonLink href={catalogRoutes.newRelease()} look="primary">
                <Plus /> New release
              </ButtonLink>
            </>
          )
        }
      >
        What can be installed on which ECU, and how far the fleet is.
      </PageHeader>
      {problem && <ErrorNote>{problem}</ErrorNote>}
      <Fresh>
        <Tabs
          label="Catalog views"
          value={tab}
          onValueChange={choose}
          tabs={[
            {
              value: 'types',
              label: `ECU types (${data.types.length})`,
              content: <EcuTypeTable types={data.types} canWrite={canWrite} />,
            },
            {
              value: 'releases',
              label: `Releases (${formatCount(total)})`,
              content: <ReleaseList initialUrl={initialUrl} initial={initialReleases} />,
            },
            {
              value: 'dependencies',
              label: 'Dependencies',
              content: <Dependencies releases={data.releases} total={total} />,
            },
          ]}
        />
      </Fresh>
    </Page>
  );
}
