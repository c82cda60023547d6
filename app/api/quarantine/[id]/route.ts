import { getQuarantine } from '#lib/services/get-quarantine.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One quarantine row with the messages that were kept of it. */
export const GET = withActor<{ id: string }>('quarantine.read', async (_request, context, { id }) =>
  answerJson(await getQuarantine(context, { id })),
);
