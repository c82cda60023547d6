import { auditQueryOf, loadAuditUrl } from '#components/audit/audit-url.ts';
import { exportAuditCsv } from '#lib/services/export-audit-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The audit log that the page shows with the same query, as CSV, streamed. */
export const GET = withActor('audit.read', async (request, context) =>
  answerCsv(
    'audit.csv',
    await exportAuditCsv(context, auditQueryOf(loadAuditUrl(new URL(request.url).searchParams))),
  ),
);
