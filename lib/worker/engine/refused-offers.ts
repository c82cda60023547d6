import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { type AppliedEvents, applyToRows, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import type { EngineDeps } from './deps.ts';

/** An owner who refused is not asked again before this. */
const REST_MS = 24 * 3_600_000;
const BATCH = 1_000;

/** Queues refused offers again, a day after, where the campaign says so. */
export async function repeatRefusedOffers(
  deps: EngineDeps,
  campaign: EngineCampaign,
  now: Date,
): Promise<AppliedEvents> {
  if (campaign.state !== 'running' || !campaign.definition.offerAgainAfterRefusal) return nothingApplied();
  return inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ vin: string }>(
      `SELECT vin FROM assignments WHERE campaign_id = $1 AND state = 'declined' AND finished_at <= $2
       ORDER BY vin LIMIT ${BATCH}`,
      [campaign.id, new Date(now.getTime() - REST_MS)],
    );
    const vins = rows.map(({ vin }) => vin);
    if (vins.length === 0) return nothingApplied();
    await lockVehicles(client, vins);
    const locked = await lockAssignments(client, 'campaign_id = $1 AND vin = ANY($2)', [campaign.id, vins]);
    const events = locked.map(({ vin }) => ({
      vin,
      campaignId: campaign.id,
      event: { kind: 'repended', asked: false } as const,
      receivedAt: now,
    }));
    return applyToRows(client, locked, events, { now, shard: deps.slot });
  });
}
