import { getWaveCourse } from '#lib/services/get-wave-course.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** The course of one wave, counted from one as on the screen. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, context, { id }) => {
  const wave = Number(new URL(request.url).searchParams.get('wave') ?? 1) - 1;
  return answerJson(await getWaveCourse(context, { campaignId: id, wave }));
});
