import { listJobs } from '#lib/services/list-jobs.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of jobs in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('fleet.read', async (request, context) => {
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  return answerJson(await listJobs(context, { cursor, limit: 50 }));
});
