import type { Metadata } from 'next';
import { Alerts } from '#components/settings/alerts.tsx';
import { alertsQueryOf, loadAlertsUrl } from '#components/settings/alerts-url.ts';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { getRuntime } from '#lib/web/runtime.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Alerts' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AlertsPage({ searchParams }: Props) {
  const context = await requirePermission('settings.read');
  const url = await loadAlertsUrl(searchParams);
  const initial = await loadView(context, 'alerts', alertsQueryOf(url));
  return (
    <SettingsPage mayRead>
      <Alerts initialUrl={url} initial={initial} mayMail={getRuntime().config.smtp !== undefined} />
    </SettingsPage>
  );
}
