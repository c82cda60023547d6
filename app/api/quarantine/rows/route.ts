import { loadQuarantineUrl, quarantineQueryOf } from '#components/quarantine/quarantine-url.ts';
import { listQuarantine } from '#lib/services/list-quarantine.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of quarantine rows in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('quarantine.read', async (request, context) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  return answerJson(
    await listQuarantine(context, { ...quarantineQueryOf(loadQuarantineUrl(query)), cursor }),
  );
});
