'use client';

import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { useUnpacked } from '#components/live/use-unpacked.ts';
import { Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import type { Packed } from '#lib/live/packed.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { AssignmentList } from './assignment-list.tsx';
import type { AssignmentUrl } from './assignment-url.ts';
import { Clusters, LeftOutTable } from './clusters.tsx';
import { Course } from './course.tsx';
import { Deeds } from './deeds.tsx';
import { EventStream } from './event-stream.tsx';
import { Figures } from './figures.tsx';
import { LatencyHistogram } from './latency-histogram.tsx';
import { MonitorHeader } from './monitor-header.tsx';
import type { Can, Monitored } from './monitor-types.ts';
import type { AssignmentPage } from './use-assignments.ts';
import { WaveList } from './wave-list.tsx';

export type MonitorInitial = {
  campaign: Monitored;
  pace: ViewValue<'campaign-pace'>;
  stream: ViewValue<'campaign-stream'>;
  clusters: ViewValue<'campaign-clusters'>;
  course: ViewValue<'campaign-course'>;
  deeds: ViewValue<'audit'>;
  list: { url: AssignmentUrl; page: AssignmentPage };
};

type MonitorScreenProps = {
  initial: Packed<MonitorInitial>;
  can: Can;
  /** Query of the list of campaigns it was opened from; null where it was not. */
  from: string | null;
};

/** A campaign as it happens. */
export function MonitorScreen({ initial: packed, can, from }: MonitorScreenProps) {
  const initial = useUnpacked(packed);
  const { id } = initial.campaign;
  const monitor = useLiveView('campaign-monitor', { id }, initial.campaign);
  const pace = useLiveView('campaign-pace', { id }, initial.pace);
  const clusters = useLiveView('campaign-clusters', { id }, initial.clusters);
  const gone = monitor.data === null;
  const campaign = monitor.data ?? initial.campaign;
  const begun = campaign.startedAt !== null || campaign.counts.length > 0;
  const problem = monitor.problem ?? pace.problem ?? clusters.problem;
  return (
    <QueryProvider>
      {gone && <Note tone="failed">This campaign was deleted; this is how it was.</Note>}
      <MonitorHeader campaign={campaign} can={can} from={from} />
      {problem && (
        <Note tone="warning">
          Some figures cannot be read just now ({problem}); these are the last known.
        </Note>
      )}
      <Fresh className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
        {begun && <Figures campaign={campaign} pace={pace.data} />}
        <Panel title="Waves" flush>
          <WaveList campaign={campaign} />
        </Panel>
        {!begun && can.audit && <Deeds campaignId={id} initial={initial.deeds} />}
        {begun && (
          <>
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] print:grid-cols-[minmax(0,1fr)]">
              <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
                <Clusters campaign={campaign} clusters={clusters.data.clusters} can={can} />
                <Course campaignId={id} waves={campaign.waves} initial={initial.course} />
                <LeftOutTable campaign={campaign} rows={clusters.data.leftOut} />
              </div>
              <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
                <div data-print="hide">
                  <EventStream campaignId={id} initial={initial.stream} />
                </div>
                <LatencyHistogram pace={pace.data} />
                {can.audit && <Deeds campaignId={id} initial={initial.deeds} />}
              </div>
            </div>
            <AssignmentList campaign={campaign} initial={initial.list} />
          </>
        )}
      </Fresh>
    </QueryProvider>
  );
}
