import type { Metadata } from 'next';
import { Operators } from '#components/settings/operators.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Operators' };

export default async function OperatorsPage() {
  const context = await requirePermission('operator.manage');
  const initial = await loadView(context, 'operators', {});
  return (
    <SettingsPage mayRead>
      <Operators initial={initial} self={context.actor.id} />
    </SettingsPage>
  );
}
