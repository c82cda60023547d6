import { loadAssignmentUrl, selectionOf } from '#components/monitor/assignment-url.ts';
import { listAssignments } from '#lib/services/list-assignments.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of a campaign's vehicles in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, context, { id }) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  const counted = cursor === undefined;
  return answerJson(
    await listAssignments(context, { ...selectionOf(id, loadAssignmentUrl(query)), cursor, counted }),
  );
});
