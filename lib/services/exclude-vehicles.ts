import { z } from 'zod';
import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import type { AssignmentEvent, AssignmentSnapshot } from '#lib/domain/assignment-snapshot.ts';
import { Vin } from '../protocol/primitives.ts';
import { applyToRows } from './apply-assignment-events.ts';
import { recordAuditByClient } from './audit-by-client.ts';
import { changeCampaign } from './change-campaign.ts';
import { defineService } from './define-service.ts';
import { clusterSql, FailureCluster } from './failure-cluster.ts';

/** Code of what a person left out. */
export const EXCLUDED_BY_PERSON = 'excluded_by_person';
const SERVICE_SHARD = 1_000;
const MAX_VEHICLES = 10_000;

/**
 * Leaves vehicles out of a campaign: those named, those of a failure cluster, or those that still wait and run the
 * from-version of it. Waiting ones, and those whose offer a pause has withdrawn, are excluded; offers under way
 * are cancelled unless installation has begun.
 */
export const excludeVehicles = defineService({
  action: 'campaign.write',
  input: z.object({
    campaignId: z.string().min(1),
    vins: z.array(Vin).max(MAX_VEHICLES).default([]),
    /** Failures whose automatic retry is given up, and waiting vehicles with the same from-version on that ECU. */
    cluster: FailureCluster.optional(),
    comment: z.string().trim().min(1, 'say why').max(1000),
  }),
  run: (ctx, { campaignId, vins, cluster, comment }) =>
    changeCampaign(ctx, campaignId, async (client) => {
      const clustered = cluster ? await vinsOfCluster(client, campaignId, cluster) : [];
      const all = [...new Set([...vins, ...clustered])].slice(0, MAX_VEHICLES * 10);
      await lockVehicles(client, all);
      const rows = await lockAssignments(client, 'campaign_id = $1 AND vin = ANY($2)', [campaignId, all]);
      const now = ctx.now();
      const affected = rows.filter(({ snapshot }) => eventFor(snapshot));
      const applied = await applyToRows(
        client,
        affected,
        affected.map(({ vin, snapshot }) => ({
          vin,
          campaignId,
          event: eventFor(snapshot) ?? { kind: 'tick' },
          receivedAt: now,
          detail: comment,
          data: { by: ctx.actor.name },
        })),
        { now, shard: SERVICE_SHARD },
      );
      await client.query(`UPDATE assignments SET reasons = $3 WHERE campaign_id = $1 AND vin = ANY($2)`, [
        campaignId,
        affected.map(({ vin }) => vin),
        JSON.stringify([{ code: EXCLUDED_BY_PERSON, by: ctx.actor.name, comment }]),
      ]);
      await recordAuditByClient(client, {
        actor: ctx.actor,
        at: now,
        action: 'campaign.exclude_vehicles',
        subject: { type: 'campaign', id: campaignId },
        after: { vehicles: affected.length, vins: all.slice(0, 100), cluster, comment },
      });
      return { campaignId, vehicles: affected.length, moved: applied.moved.length };
    }),
});

function eventFor({ state, retryAt, cancelRequestedAt }: AssignmentSnapshot): AssignmentEvent | undefined {
  switch (state) {
    case 'cancelled':
      // By a pause, whose end would offer it again.
      return cancelRequestedAt === null ? undefined : { kind: 'excluded', code: EXCLUDED_BY_PERSON };
    case 'pending':
    case 'deferred':
      return { kind: 'excluded', code: EXCLUDED_BY_PERSON };
    case 'notified':
    case 'delivered':
    case 'acknowledged':
    case 'downloading':
    case 'verified':
      return { kind: 'cancelRequested', code: EXCLUDED_BY_PERSON };
    default:
      return retryAt === null ? undefined : { kind: 'cancelRequested', code: EXCLUDED_BY_PERSON };
  }
}

async function vinsOfCluster(
  client: Parameters<typeof lockVehicles>[0],
  campaignId: string,
  cluster: FailureCluster,
): Promise<string[]> {
  const condition = clusterSql(cluster, 2);
  const failed = await client.query<{ vin: string }>(
    `SELECT vin FROM assignments WHERE campaign_id = $1 AND ${condition.text}`,
    [campaignId, ...condition.values],
  );
  if (!cluster.ecuId || !cluster.fromVersion) return failed.rows.map(({ vin }) => vin);
  const waiting = await client.query<{ vin: string }>(
    `SELECT vin FROM assignments WHERE campaign_id = $1 AND steps @> $2::jsonb AND reasons IS NULL
       AND (state IN ('pending', 'deferred') OR cancel_requested_at IS NOT NULL)`,
    [campaignId, JSON.stringify([{ ecuId: cluster.ecuId, fromVersion: cluster.fromVersion }])],
  );
  return [...failed.rows, ...waiting.rows].map(({ vin }) => vin);
}
