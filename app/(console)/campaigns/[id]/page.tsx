import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { loadAssignmentUrl, selectionOf } from '#components/monitor/assignment-url.ts';
import { MonitorScreen } from '#components/monitor/monitor-screen.tsx';
import { Page } from '#components/ui/panel.tsx';
import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { listAssignments } from '#lib/services/list-assignments.ts';
import { loadView } from '#lib/web/load-view.ts';
import { toPlain } from '#lib/web/plain.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Campaign' };

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function CampaignPage({ params, searchParams }: Props) {
  const context = await requirePermission('campaign.read');
  const { id } = await params;
  const campaign = await loadView(context, 'campaign-monitor', { id });
  if (!campaign) notFound();
  const url = await loadAssignmentUrl(searchParams);
  const { from } = await searchParams;
  const [pace, stream, clusters, course, deeds, page] = await Promise.all([
    loadView(context, 'campaign-pace', { id }),
    loadView(context, 'campaign-stream', { id }),
    loadView(context, 'campaign-clusters', { id }),
    loadView(context, 'campaign-course', { id }),
    loadView(context, 'audit', { subjectType: 'campaign', subjectId: id }),
    listAssignments(context, { ...selectionOf(id, url), counted: true }),
  ]);
  const may = (action: Action) => isPermitted(context.actor.role, action);
  return (
    <Page>
      <MonitorScreen
        from={typeof from === 'string' ? from : null}
        initial={{ campaign, pace, stream, clusters, course, deeds, list: { url, page: toPlain(page) } }}
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
