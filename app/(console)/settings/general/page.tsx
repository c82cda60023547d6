import type { Metadata } from 'next';
import { GeneralSettings } from '#components/settings/general-settings.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'General settings' };

export default async function GeneralSettingsPage() {
  const context = await requirePermission('settings.read');
  const initial = await loadView(context, 'settings', {});
  return (
    <SettingsPage mayRead>
      <GeneralSettings initial={initial} />
    </SettingsPage>
  );
}
