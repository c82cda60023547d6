'use client';

import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { type SavedView, SavedViews } from '#components/fleet/saved-views.tsx';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { EmptyState, ErrorNote } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { BulkBar } from './bulk-bar.tsx';
import { CampaignFilter } from './campaign-filter.tsx';
import { CampaignTable } from './campaign-table.tsx';
import { campaignListParsers, listParams, listQueryString } from './list-url.ts';

const PAGE = 100;
const MOST = 1_000;

export type CampaignRights = { write: boolean; pause: boolean; abort: boolean };

type Props = {
  initial: ViewValue<'campaign-list'>;
  views: SavedView[];
  can: CampaignRights;
};

/** All campaigns: narrowed by the URL, live, with actions on several at once. */
export function CampaignList({ initial, views, can }: Props) {
  const [url, setUrl] = useQueryStates(campaignListParsers, { history: 'push' });
  const [limit, setLimit] = useState(PAGE);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { data, problem } = useLiveView('campaign-list', listParams(url, limit), initial);
  const chosen = data.rows.filter(({ id }) => selected.has(id));
  const filtered = url.q !== '' || url.state.length > 0 || url.release !== '';
  return (
    <>
      <PageHeader
        title="Campaigns"
        actions={
          <>
            <SavedViews views={views} query={listQueryString(url)} page="campaigns" />
            {can.write && (
              <ButtonLink href="/campaigns/new" look="primary" prefetch={false}>
                New campaign
              </ButtonLink>
            )}
          </>
        }
      />
      <CampaignFilter url={url} onChange={(part) => void setUrl(part)} />
      {problem && <ErrorNote>The campaigns cannot be read just now: {problem}</ErrorNote>}
      {can.pause && <BulkBar campaigns={chosen} can={can} onClear={() => setSelected(new Set())} />}
      <Fresh className="overflow-hidden rounded-md border border-line bg-surface">
        {data.rows.length === 0 ? (
          filtered ? (
            <EmptyState
              title="No campaign fits"
              action={
                <Button onClick={() => void setUrl({ q: null, state: null, release: null })}>Show all</Button>
              }
            >
              The search above selects none.
            </EmptyState>
          ) : (
            <EmptyState
              title="There is no campaign yet"
              action={
                can.write && (
                  <ButtonLink href="/campaigns/new" look="primary" prefetch={false}>
                    New campaign
                  </ButtonLink>
                )
              }
            >
              A campaign offers releases of the catalog to vehicles of the fleet, wave by wave.
            </EmptyState>
          )
        ) : (
          <CampaignTable rows={data.rows} selected={selected} onSelect={setSelected} canSelect={can.pause} />
        )}
      </Fresh>
      {data.more && limit < MOST && (
        <div className="text-center">
          <Button onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>Show older ones</Button>
        </div>
      )}
    </>
  );
}
