import type { Metadata } from 'next';
import { Jobs } from '#components/settings/jobs.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Jobs' };

export default async function JobsPage() {
  const context = await requirePermission('fleet.read');
  const initial = await loadView(context, 'jobs', { limit: 50 });
  const { id, role } = context.actor;
  return (
    <SettingsPage mayRead={isPermitted(role, 'settings.read')}>
      <Jobs initial={initial} reader={{ id, mayRegister: isPermitted(role, 'vehicle.register') }} />
    </SettingsPage>
  );
}
