import { z } from 'zod';
import { readCampaignCourse } from '#lib/db/queries/campaign-course.ts';
import { concernsCampaign, defineView } from '../view.ts';

/** How a campaign went from state to state over time. */
export const campaignCourseView = defineView({
  name: 'campaign-course',
  params: z.object({ id: z.string().min(1).max(64) }),
  action: 'campaign.read',
  // A read that took long is remembered; the next one says what came about meanwhile.
  everyMs: 10_000,
  leastMs: 2_000,
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  load: ({ db: { pool } }, { id }) => readCampaignCourse(pool, id),
});
