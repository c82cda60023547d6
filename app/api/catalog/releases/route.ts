import { loadReleaseUrl, releaseQueryOf } from '#components/catalog/release-url.ts';
import { listReleasePage } from '#lib/services/list-release-page.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** One page of releases in JSON; `cursor` continues where an earlier page ended. */
export const GET = withActor('catalog.read', async (request, context) => {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  return answerJson(await listReleasePage(context, { ...releaseQueryOf(loadReleaseUrl(query)), cursor }));
});
