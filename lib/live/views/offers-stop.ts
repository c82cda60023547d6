import { z } from 'zod';
import { readOffersStop } from '#lib/db/queries/campaign-head.ts';
import { defineView } from '../view.ts';

/** Whether all offers are stopped fleet-wide; every page says so. */
export const offersStopView = defineView({
  name: 'offers-stop',
  params: z.object({}),
  action: 'campaign.read',
  affectedBy: (hint) => hint.subjects.includes('setting'),
  load: ({ db: { pool } }) => readOffersStop(pool),
});
