import type { Metadata } from 'next';
import { Alerts } from '#components/settings/alerts.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { getRuntime } from '#lib/web/runtime.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Alerts' };

export default async function AlertsPage() {
  const context = await requirePermission('settings.read');
  const initial = await loadView(context, 'alerts', {});
  return (
    <SettingsPage mayRead>
      <Alerts initial={initial} mayMail={getRuntime().config.smtp !== undefined} />
    </SettingsPage>
  );
}
