import { getJob } from '#lib/services/get-job.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** A job and how far it is. */
export const GET = withActor<{ id: string }>('fleet.read', async (_request, context, { id }) =>
  answerJson(await getJob(context, { id })),
);
