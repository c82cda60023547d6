import { ApprovalQueue } from '#components/approval/approval-queue.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Approvals' };

export default async function ApprovalsPage() {
  const context = await requirePermission('campaign.read');
  const initial = await loadView(context, 'approvals', {});
  const { id, role } = context.actor;
  return <ApprovalQueue initial={initial} userId={id} canApprove={isPermitted(role, 'campaign.approve')} />;
}
