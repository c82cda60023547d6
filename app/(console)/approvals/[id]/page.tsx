import { notFound } from 'next/navigation';
import { ApprovalScreen } from '#components/approval/approval-screen.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Approval' };

type Props = { params: Promise<{ id: string }> };

export default async function ApprovalPage({ params }: Props) {
  const context = await requirePermission('campaign.read');
  const { id } = await params;
  const initial = await loadView(context, 'approval', { id });
  if (!initial) notFound();
  const catalog = await loadView(context, 'catalog', { ids: initial.definition.releaseIds });
  return (
    <ApprovalScreen
      initial={initial}
      catalog={catalog}
      userId={context.actor.id}
      canApprove={isPermitted(context.actor.role, 'campaign.approve')}
    />
  );
}
