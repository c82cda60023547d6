import type { Metadata } from 'next';
import { AuditScreen } from '#components/audit/audit-screen.tsx';
import { auditQueryOf, loadAuditUrl } from '#components/audit/audit-url.ts';
import { Page } from '#components/ui/panel.tsx';
import { listAuditChoices } from '#lib/services/list-audit-choices.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Audit' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AuditPage({ searchParams }: Props) {
  const context = await requirePermission('audit.read');
  const url = await loadAuditUrl(searchParams);
  const [page, choices] = await Promise.all([
    loadView(context, 'audit', auditQueryOf(url)),
    listAuditChoices(context, {}),
  ]);
  return (
    <Page>
      <AuditScreen initialUrl={url} initialPage={page} choices={choices} />
    </Page>
  );
}
