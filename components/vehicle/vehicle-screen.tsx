'use client';

import { useQueryState } from 'nuqs';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { useUnpacked } from '#components/live/use-unpacked.ts';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import type { Packed } from '#lib/live/packed.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { EcuPanel } from './ecu-panel.tsx';
import { History } from './history.tsx';
import { RawMessages } from './raw-messages.tsx';
import { Timeline } from './timeline.tsx';
import { VehicleCampaigns } from './vehicle-campaigns.tsx';
import { VehicleFacts } from './vehicle-facts.tsx';
import { type May, VehicleHeader } from './vehicle-header.tsx';
import { WhyNot } from './why-not.tsx';

export type VehicleData = NonNullable<ViewValue<'vehicle'>>;

type VehicleScreenProps = { vin: string; initial: Packed<VehicleData>; from: string; may: May };

export function VehicleScreen({ vin, initial, from, may }: VehicleScreenProps) {
  const { data, problem } = useLiveView('vehicle', { vin }, useUnpacked(initial));
  const [tab, setTab] = useQueryState('tab', { defaultValue: 'timeline' });
  if (!data) {
    return (
      <EmptyState asHeading title={`There is no vehicle ${vin} any more`}>
        It was erased while this page was open.
      </EmptyState>
    );
  }
  const tabs = [
    {
      value: 'timeline',
      label: 'Timeline',
      content: (
        <Timeline
          vin={vin}
          page={data.timeline}
          campaigns={data.campaigns.rows}
          zone={data.vehicle.timeZone}
        />
      ),
    },
    {
      value: 'history',
      label: 'Version history',
      content: <History vin={vin} page={data.history} zone={data.vehicle.timeZone} />,
    },
    { value: 'raw', label: 'Raw messages', content: <RawMessages vin={vin} rows={data.timeline.rows} /> },
  ];
  return (
    <QueryProvider>
      <VehicleHeader data={data} from={from} may={may} />
      {problem && (
        <Note tone="warning">The vehicle cannot be read just now ({problem}); this is the last known.</Note>
      )}
      <Fresh className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-4">
          <VehicleFacts data={data} />
          <EcuPanel data={data} />
          <Panel title="Why not updated?" flush>
            <WhyNot
              vin={vin}
              stamp={`${data.vehicle.sequence} ${data.campaigns.rows.map(({ state }) => state).join()}`}
            />
          </Panel>
          <Panel
            title={`Campaigns (${formatCount(data.campaigns.total)})`}
            flush
            actions={
              data.campaigns.total > 0 && (
                <CsvLink small of="campaigns" href={`/api/vehicles/${vin}/campaigns/export`} />
              )
            }
          >
            <VehicleCampaigns
              vin={vin}
              page={data.campaigns}
              zone={data.vehicle.timeZone}
              mayOffer={may.offer}
            />
          </Panel>
        </div>
        <Panel flush>
          <div className="p-1">
            <Tabs
              label="What happened"
              tabs={tabs}
              value={tabs.some(({ value }) => value === tab) ? tab : 'timeline'}
              onValueChange={(value) => void setTab(value)}
            />
          </div>
        </Panel>
      </Fresh>
    </QueryProvider>
  );
}
