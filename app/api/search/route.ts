import { search } from '#lib/db/queries/search.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

export const GET = withActor('fleet.read', async (request, { db }) => {
  const text = new URL(request.url).searchParams.get('q') ?? '';
  return answerJson(await search(db, text));
});
