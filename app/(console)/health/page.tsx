import type { Metadata } from 'next';
import { HealthScreen } from '#components/health/health-screen.tsx';
import { Page } from '#components/ui/panel.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { getRuntime } from '#lib/web/runtime.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Health' };

export default async function HealthPage() {
  const context = await requirePermission('health.read');
  const initial = await loadView(context, 'health', {});
  const { role } = context.actor;
  return (
    <Page>
      <HealthScreen
        initial={initial}
        externalBroker={!getRuntime().config.mqtt.embedded}
        can={{ stop: isPermitted(role, 'offers.stop'), allow: isPermitted(role, 'offers.allow') }}
      />
    </Page>
  );
}
