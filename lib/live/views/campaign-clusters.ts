import { z } from 'zod';
import { readLeftOut } from '#lib/db/queries/campaign-assignments.ts';
import { readFailureClusters } from '#lib/db/queries/campaign-monitor.ts';
import { remembered } from '#lib/db/queries/remembered.ts';
import { concernsCampaign, defineView } from '../view.ts';

/** What failed and what was left out of a campaign, by cause. */
export const campaignClustersView = defineView({
  name: 'campaign-clusters',
  params: z.object({ id: z.string().min(1).max(64) }),
  action: 'campaign.read',
  // A read that took long is remembered; the next one says what came about meanwhile.
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint, { id }) => concernsCampaign(hint, id),
  async load({ db: { pool } }, { id }) {
    const [clusters, leftOut] = await Promise.all([
      readFailureClusters(pool, id),
      remembered(pool, `left out ${id}`, 500, () => readLeftOut(pool, id)),
    ]);
    return { clusters, leftOut };
  },
});
