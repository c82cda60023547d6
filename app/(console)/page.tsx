import type { Metadata } from 'next';
import { OverviewLive } from '#components/overview/overview-live.tsx';
import { Page, PageHeader } from '#components/ui/panel.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Overview' };

export default async function OverviewPage() {
  const context = await requirePermission('fleet.read');
  const initial = await loadView(context, 'overview', {});
  return (
    <Page>
      <PageHeader title="Overview" />
      <OverviewLive initial={initial} mayCreate={isPermitted(context.actor.role, 'campaign.write')} />
    </Page>
  );
}
