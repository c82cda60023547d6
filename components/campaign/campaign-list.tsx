'use client';

import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { type SavedView, SavedViews } from '#components/fleet/saved-views.tsx';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import type { KeysetPage } from '#components/ui/keyset-pages.ts';
import { EmptyState, ErrorNote, Note } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CampaignFilter } from './campaign-filter.tsx';
import { CampaignTable } from './campaign-table.tsx';
import {
  type CampaignListUrl,
  campaignListParsers,
  isNarrowed,
  listQueryString,
  selectionOfList,
} from './list-url.ts';
import { type CampaignFacets, type CampaignListRow, useCampaigns } from './use-campaigns.ts';

export type CampaignRights = { write: boolean; pause: boolean; resume: boolean; abort: boolean };

type Props = {
  initial: { url: CampaignListUrl; page: KeysetPage<CampaignListRow>; facets: CampaignFacets };
  views: SavedView[];
  can: CampaignRights;
};

const ALL = { q: null, state: null, release: null, by: null };

/** All campaigns: narrowed and ordered by the URL, live, with actions on several at once. */
export function CampaignList(props: Props) {
  return (
    <QueryProvider>
      <List {...props} />
    </QueryProvider>
  );
}

function List({ initial, views, can }: Props) {
  const [url, setUrl] = useQueryStates(campaignListParsers, { history: 'push' });
  const [selected, setSelected] = useState<ReadonlyMap<string, CampaignListRow>>(new Map());
  const { data: facets, problem } = useLiveView('campaign-facets', selectionOfList(url), initial.facets);
  const list = useCampaigns(url, initial, facets);
  const query = listQueryString(url);
  const here = new Map(list.rows.map((row) => [row.id, row]));
  // What was chosen stays chosen when the list is narrowed or pages go; its newest known row counts.
  const chosen = [...selected.values()].map((row) => here.get(row.id) ?? row);
  const mayAct = can.write || can.pause || can.resume || can.abort;
  return (
    <>
      <PageHeader
        title="Campaigns"
        actions={
          <>
            <SavedViews views={views} query={query} page="campaigns" />
            <CsvLink href={`/api/campaigns/export?${query}`} />
            {can.write && <NewCampaign />}
          </>
        }
      >
        <span data-testid="campaign-count">
          {formatCount(facets.total)} {facets.total === 1 ? 'campaign' : 'campaigns'}
        </span>
      </PageHeader>
      <CampaignFilter url={url} facets={facets} onChange={(part) => void setUrl(part)} />
      {problem && (
        <Note tone="warning">The counts cannot be read just now ({problem}); these are the last known.</Note>
      )}
      {mayAct && <BulkBar campaigns={chosen} can={can} onClear={() => setSelected(new Map())} />}
      <Fresh className="overflow-hidden rounded-md border border-line bg-surface">
        {list.error && (
          <ErrorNote className="m-3">
            The campaigns could not be read: {list.error}{' '}
            <Button size="small" onClick={list.retry}>
              Try again
            </Button>
          </ErrorNote>
        )}
        {list.loading && (
          <div role="status" aria-label="Loading campaigns" className="grid gap-4 p-4">
            {['1', '2', '3', '4', '5', '6'].map((row) => (
              <Skeleton key={row} />
            ))}
          </div>
        )}
        {!list.loading && !list.error && list.rows.length === 0 && (
          <Nothing narrowed={isNarrowed(url)} onClear={() => void setUrl(ALL)} mayWrite={can.write} />
        )}
        {list.rows.length > 0 && (
          <CampaignTable
            rows={list.rows}
            total={facets.total}
            url={url}
            onSort={(sort, desc) => void setUrl({ sort, desc })}
            onEndReached={list.loadMore}
            onVisible={list.onVisible}
            selected={selected}
            onSelect={setSelected}
            canSelect={mayAct}
            mayWrite={can.write}
          />
        )}
      </Fresh>
    </>
  );
}

function NewCampaign() {
  return (
    <ButtonLink href="/campaigns/new" look="primary" prefetch={false}>
      New campaign
    </ButtonLink>
  );
}

function Nothing({ narrowed, onClear, mayWrite }: { narrowed: boolean; onClear(): void; mayWrite: boolean }) {
  return narrowed ? (
    <EmptyState title="No campaign fits" action={<Button onClick={onClear}>Show all</Button>}>
      The search above selects none.
    </EmptyState>
  ) : (
    <EmptyState title="There is no campaign yet" action={mayWrite && <NewCampaign />}>
      A campaign offers releases of the catalog to vehicles of the fleet, wave by wave.
    </EmptyState>
  );
}
