import { z } from 'zod';
import { loadWaves } from '#lib/db/engine/campaigns.ts';
import { CounterDeltas, readCounters } from '#lib/db/engine/counters.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { countsOf, finishedOf } from '#lib/domain/wave-counts.ts';
import { recordAuditByClient } from './audit-by-client.ts';
import { changeCampaign } from './change-campaign.ts';
import { defineService } from './define-service.ts';
import { clusterSql, FailureCluster } from './failure-cluster.ts';

/** Counters that services write; workers have shards of their own. */
const SERVICE_SHARD = 1_000;

/**
 * Takes note of a campaign's known failures (or of one cluster): they count no more in either rate, and the
 * minimum sample of every wave is collected anew. The timeline of each vehicle says who did so and why.
 */
export const acknowledgeFailures = defineService({
  action: 'campaign.acknowledge_failures',
  input: z.object({
    campaignId: z.string().min(1),
    cluster: FailureCluster.default({}),
    comment: z.string().trim().min(1, 'say why these failures are known').max(1000),
  }),
  run: (ctx, { campaignId, cluster, comment }) =>
    changeCampaign(ctx, campaignId, async (client) => {
      const condition = clusterSql(cluster, 5);
      const now = ctx.now();
      const noted = [campaignId, now, comment, JSON.stringify({ by: ctx.actor.name }), ...condition.values];
      const known = clusterSql(cluster, 2);
      await client.query(
        `SELECT 1 FROM vehicle_states WHERE vin IN (SELECT vin FROM assignments WHERE campaign_id = $1 AND ${known.text})
         ORDER BY vin FOR NO KEY UPDATE`,
        [campaignId, ...known.values],
      );
      const { rows } = await client.query<{
        wave: number;
        state: AssignmentState;
        counted: boolean;
        count: number;
      }>(
        `WITH noted AS (
           UPDATE assignments SET acknowledged_failure = true
           WHERE campaign_id = $1 AND NOT acknowledged_failure AND ${condition.text}
           RETURNING vin, attempt, wave, state, reason_code, failed_ecu_id, state <> 'timed_out' OR accepted AS counted
         ), told AS (
           INSERT INTO timeline_events (vin, at, kind, campaign_id, attempt, ecu_id, code, detail, from_state, to_state, data)
           SELECT vin, $2, 'failure_acknowledged', $1, attempt, failed_ecu_id, reason_code, $3, state, state, $4::jsonb
           FROM noted ORDER BY vin
         ) SELECT wave, state, counted, count(*)::int AS count FROM noted GROUP BY wave, state, counted`,
        noted,
      );
      const deltas = new CounterDeltas();
      for (const { wave, state, counted, count } of rows) {
        if (!counted) continue;
        deltas.add({ campaignId, wave, state, acknowledged: false }, -count);
        deltas.add({ campaignId, wave, state, acknowledged: true }, count);
      }
      await deltas.write(client, SERVICE_SHARD);
      const counters = await readCounters(client, campaignId);
      for (const { number } of await loadWaves(client, campaignId)) {
        const finished = finishedOf(countsOf(counters.filter(({ wave }) => wave === number)));
        await client.query(
          'UPDATE waves SET sample_base = $3, stalled_at = NULL WHERE campaign_id = $1 AND number = $2',
          [campaignId, number, finished],
        );
      }
      const acknowledged = rows.reduce((total, { count }) => total + count, 0);
      await recordAuditByClient(client, {
        actor: ctx.actor,
        at: now,
        action: 'campaign.acknowledge_failures',
        subject: { type: 'campaign', id: campaignId },
        after: { acknowledged, cluster, comment },
      });
      return { campaignId, acknowledged };
    }),
});
