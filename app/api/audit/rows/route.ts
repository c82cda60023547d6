import { auditQueryOf, loadAuditUrl } from '#components/audit/audit-url.ts';
import { listAudit } from '#lib/services/list-audit.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of the audit log in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('audit.read', async (request, context) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  return answerJson(await listAudit(context, { ...auditQueryOf(loadAuditUrl(query)), cursor, limit: 50 }));
});
