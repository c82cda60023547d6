import { z } from 'zod';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';

/** A definition that is still being written: it may lack its name and its releases. */
export const DraftDefinition = CampaignDefinition.extend({
  name: z.string().max(120),
  releaseIds: z.array(z.string().min(1)).max(50),
});
export type DraftDefinition = z.infer<typeof DraftDefinition>;

/** What a new campaign begins with. */
export const EMPTY_DRAFT: DraftDefinition = DraftDefinition.parse({ name: '', releaseIds: [] });
