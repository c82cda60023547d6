import { z } from 'zod';
import { ConflictError, ValidationError } from '#lib/errors.ts';
import { CampaignDraft } from './campaign-draft.ts';
import { storeNewDraft } from './create-campaign.ts';
import { defineService } from './define-service.ts';
import { clusterSql, FailureCluster } from './failure-cluster.ts';
import { loadCampaignForChange } from './move-campaign.ts';

/** Most vehicles that a VIN list of a target filter holds. */
const MAX_VEHICLES = 100_000;

/** Makes a child campaign, as a draft, of just the vehicles of a failure cluster; it is linked to its parent. */
export const retryCluster = defineService({
  action: 'campaign.write',
  input: z.object({
    campaignId: z.string().min(1),
    cluster: FailureCluster.default({}),
    name: z.string().trim().min(1).max(120).optional(),
  }),
  run: (ctx, { campaignId, cluster, name }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const parent = await loadCampaignForChange(tx, campaignId);
      const condition = clusterSql(cluster, 2);
      const rows = await tx.$queryRawUnsafe<{ vin: string }[]>(
        `SELECT vin FROM assignments WHERE campaign_id = $1 AND ${condition.text} ORDER BY vin LIMIT ${MAX_VEHICLES + 1}`,
        campaignId,
        ...condition.values,
      );
      if (rows.length === 0)
        throw new ConflictError('No vehicle of the campaign has failed like this.', { campaignId });
      if (rows.length > MAX_VEHICLES)
        throw new ValidationError(`A retry holds at most ${MAX_VEHICLES} vehicles.`);
      const definition = CampaignDraft.parse(parent.definition);
      const { windows, endBehaviour } = definition.schedule;
      const created = await storeNewDraft(
        tx,
        ctx,
        CampaignDraft.parse({
          ...definition,
          name: name ?? `Retry of ${definition.name}`.slice(0, 120),
          kind: 'static',
          target: { kind: 'text', field: 'vin', operator: 'in', values: rows.map(({ vin }) => vin) },
          waves: [{ name: 'All', size: { kind: 'rest' } }],
          schedule: { windows, endBehaviour },
        }),
        { parentId: campaignId, action: 'campaign.retry_cluster', note: { cluster, vehicles: rows.length } },
      );
      return { ...created, parentId: campaignId, vehicles: rows.length };
    }),
});
