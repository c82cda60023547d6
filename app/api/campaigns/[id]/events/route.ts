import { listCampaignEvents } from '#lib/services/list-campaign-events.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Events of a campaign's vehicles, or of one wave's, up to one of them, newest first: what a replay shows of an instant. */
export const GET = withActor<{ id: string }>('campaign.read', async (request, context, { id }) => {
  const { searchParams } = new URL(request.url);
  const untilId = searchParams.get('until') ?? undefined;
  const wave = searchParams.get('wave');
  // Waves are counted from one in addresses.
  const ofWave = wave === null ? {} : { wave: Number(wave) - 1 };
  return answerJson(await listCampaignEvents(context, { campaignId: id, untilId, ...ofWave }));
});
