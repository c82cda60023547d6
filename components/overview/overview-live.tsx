'use client';

import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { CampaignLines } from './campaign-lines.tsx';
import { Compliance } from './compliance.tsx';
import { FleetStats } from './fleet-stats.tsx';
import { NeedsYou } from './needs-you.tsx';

export type OverviewData = ViewValue<'overview'>;

/** Everything on the first page that moves. */
export function OverviewLive({ initial, mayCreate }: { initial: OverviewData; mayCreate: boolean }) {
  const { data, problem } = useLiveView('overview', {}, initial);
  return (
    <Fresh className="grid gap-4">
      {problem && (
        <Note tone="warning">The figures cannot be read just now ({problem}); these are the last known.</Note>
      )}
      <FleetStats fleet={data.fleet} lag={data.lag} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-4">
          <Panel
            title="Campaigns under way"
            flush
            actions={
              <ButtonLink href="/campaigns" look="quiet" size="small">
                All campaigns
              </ButtonLink>
            }
          >
            {data.campaigns.length > 0 ? (
              <CampaignLines campaigns={data.campaigns} />
            ) : (
              <EmptyState
                title="No campaign is running"
                action={mayCreate && <ButtonLink href="/campaigns/new">New campaign</ButtonLink>}
              >
                A campaign offers releases of the catalog to the vehicles that you choose, wave by wave.
              </EmptyState>
            )}
          </Panel>
          <Panel title="Version compliance" flush>
            <Compliance rows={data.compliance} />
          </Panel>
        </div>
        <Panel title="Needs you" flush>
          <NeedsYou items={data.needsYou} />
        </Panel>
      </div>
    </Fresh>
  );
}
