import { z } from 'zod';
import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import type { AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import { ConflictError } from '#lib/errors.ts';
import { Vin } from '../protocol/primitives.ts';
import { applyToRows } from './apply-assignment-events.ts';
import { recordAuditByClient } from './audit-by-client.ts';
import { changeCampaign } from './change-campaign.ts';
import { defineService } from './define-service.ts';

const SERVICE_SHARD = 1_000;
const FAILED = ['failed', 'rolled_back', 'timed_out'];

/**
 * Offers a running campaign again to vehicles that refused it, were left out or cancelled; one that failed gets a
 * new attempt. Vehicles in any other state are passed over.
 */
export const offerAgain = defineService({
  action: 'campaign.write',
  input: z.object({
    campaignId: z.string().min(1),
    vins: z.array(Vin).min(1).max(10_000),
    comment: z.string().trim().max(1000).optional(),
  }),
  run: (ctx, { campaignId, vins, comment }) =>
    changeCampaign(ctx, campaignId, async (client, campaign) => {
      if (campaign.state !== 'running' && campaign.state !== 'paused') {
        const message = `The campaign “${campaign.name}” is ${campaign.state}; it offers nothing any more.`;
        throw new ConflictError(message, { campaignId, state: campaign.state }, 'wrong_state');
      }
      const now = ctx.now();
      await lockVehicles(client, vins);
      const rows = await lockAssignments(client, 'campaign_id = $1 AND vin = ANY($2)', [campaignId, vins]);
      const { moved } = await applyToRows(
        client,
        rows,
        rows.map(({ vin, snapshot }) => {
          const event: AssignmentEvent = FAILED.includes(snapshot.state)
            ? { kind: 'retryRequested' }
            : { kind: 'repended', asked: true };
          return { vin, campaignId, event, receivedAt: now, detail: comment, data: { by: ctx.actor.name } };
        }),
        { now, shard: SERVICE_SHARD },
      );
      const again = moved.map(({ vin }) => vin);
      await client.query('UPDATE assignments SET reasons = NULL WHERE campaign_id = $1 AND vin = ANY($2)', [
        campaignId,
        again,
      ]);
      await recordAuditByClient(client, {
        actor: ctx.actor,
        at: now,
        action: 'campaign.offer_again',
        subject: { type: 'campaign', id: campaignId },
        after: { vehicles: again.length, vins: again.slice(0, 100), comment },
      });
      return { campaignId, vehicles: again.length };
    }),
});
