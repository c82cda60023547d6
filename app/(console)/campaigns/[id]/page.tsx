import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { loadAssignmentUrl, selectionOf } from '#components/monitor/assignment-url.ts';
import { MonitorScreen } from '#components/monitor/monitor-screen.tsx';
import { Page } from '#components/ui/panel.tsx';
import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { pack } from '#lib/live/packed.ts';
import { listAssignments } from '#lib/services/list-assignments.ts';
import { readView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Campaign' };

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function CampaignPage({ params, searchParams }: Props) {
  const context = await requirePermission('campaign.read');
  const { id } = await params;
  const url = await loadAssignmentUrl(searchParams);
  const { list } = await searchParams;
  const monitored = readView(context, 'campaign-monitor', { id });
  const others = Promise.all([
    readView(context, 'campaign-pace', { id }),
    readView(context, 'campaign-stream', { id }),
    readView(context, 'campaign-clusters', { id }),
    readView(context, 'campaign-course', { id }),
    readView(context, 'audit', { subjectType: 'campaign', subjectId: id }),
    listAssignments(context, { ...selectionOf(id, url), counted: true }),
  ]);
  // What they cannot read of a campaign that is not there is no matter.
  others.catch(() => undefined);
  const campaign = await monitored;
  if (!campaign) notFound();
  const [pace, stream, clusters, course, deeds, page] = await others;
  const may = (action: Action) => isPermitted(context.actor.role, action);
  return (
    <Page>
      <MonitorScreen
        from={typeof list === 'string' ? list : null}
        initial={pack({ campaign, pace, stream, clusters, course, deeds, list: { url, page } })}
        can={{
          write: may('campaign.write'),
          start: may('campaign.start'),
          pause: may('campaign.pause'),
          resume: may('campaign.resume'),
          abort: may('campaign.abort'),
          acknowledge: may('campaign.acknowledge_failures'),
          audit: may('audit.read'),
        }}
      />
    </Page>
  );
}
