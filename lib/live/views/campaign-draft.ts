import { z } from 'zod';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { CampaignState } from '#lib/domain/states.ts';
import { concernsCampaign, defineView } from '../view.ts';

const Stored = CampaignDefinition.extend({ name: z.string(), releaseIds: z.array(z.string()) });

/** A campaign as its author edits it; null where there is none. */
export const campaignDraftView = defineView({
  name: 'campaign-draft',
  params: z.object({ id: z.string().max(100) }),
  action: 'campaign.read',
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  async load({ db }, { id }) {
    const row = await db.prisma.campaign.findUnique({
      where: { id },
      select: { id: true, name: true, state: true, revision: true, definition: true, parentId: true },
    });
    if (!row) return null;
    return { ...row, state: CampaignState.parse(row.state), definition: Stored.parse(row.definition) };
  },
});
