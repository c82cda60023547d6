import type { Metadata } from 'next';
import { QuarantineScreen } from '#components/quarantine/quarantine-screen.tsx';
import { loadQuarantineUrl, quarantineQueryOf } from '#components/quarantine/quarantine-url.ts';
import { Page } from '#components/ui/panel.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Quarantine' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function QuarantinePage({ searchParams }: Props) {
  const context = await requirePermission('quarantine.read');
  const url = await loadQuarantineUrl(searchParams);
  const initial = await loadView(context, 'quarantine', quarantineQueryOf(url));
  const { role } = context.actor;
  return (
    <Page>
      <QuarantineScreen
        initialUrl={url}
        initial={initial}
        can={{
          replay: isPermitted(role, 'quarantine.replay'),
          register: isPermitted(role, 'vehicle.register'),
        }}
      />
    </Page>
  );
}
