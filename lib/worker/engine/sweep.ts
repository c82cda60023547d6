import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { type EngineCampaign, loadWaves, lockCampaign } from '#lib/db/engine/campaigns.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import { FINAL_STATES } from '#lib/domain/states.ts';
import { type AppliedEvents, applyToRows, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import type { EngineDeps } from './deps.ts';

/** States in which a vehicle honours a cancellation: installation has not begun. */
export const CANCELLABLE = ['notified', 'delivered', 'acknowledged', 'downloading', 'verified'] as const;

/** Assignments told by one transaction. */
const CHUNK = 2_000;

/** Which assignments are told, as a condition whose parameters begin with `$3`. */
function selectionOf(campaign: EngineCampaign): { sql: string; values: unknown[] } {
  switch (campaign.sweep) {
    case 'pause':
      return { sql: 'state = ANY ($3)', values: [CANCELLABLE] };
    case 'resume':
      return {
        // Of whichever pause: an earlier resumption may not have been told to all. What was left out has reasons.
        sql: 'state = ANY ($3) AND cancel_requested_at IS NOT NULL AND reasons IS NULL',
        values: [['cancelled', ...CANCELLABLE]],
      };
    default:
      return { sql: '(state <> ALL ($3) OR retry_at IS NOT NULL)', values: [FINAL_STATES] };
  }
}

/** Tells one chunk of a campaign's assignments of a pause, a resumption or the end; `done` when it was the last. */
export async function sweepStep(
  deps: EngineDeps,
  campaignId: string,
  now: Date,
): Promise<{ done: boolean; applied: AppliedEvents }> {
  return inTransaction(deps.db.pool, async (client) => {
    const campaign = await lockCampaign(client, campaignId);
    if (!campaign?.sweep) return { done: true, applied: nothingApplied() };
    const begun = new Set(
      (await loadWaves(client, campaignId))
        .filter(({ state }) => state !== 'waiting')
        .map(({ number }) => number),
    );
    const { sweep } = campaign;
    const selection = selectionOf(campaign);
    const { rows: chunk } = await client.query<{ vin: string }>(
      `SELECT vin FROM assignments WHERE campaign_id = $1 AND vin > $2 AND ${selection.sql}
       ORDER BY vin LIMIT ${CHUNK}`,
      [campaignId, campaign.sweepCursor ?? '', ...selection.values],
    );
    const vins = chunk.map(({ vin }) => vin);
    await lockVehicles(client, vins);
    const locked = await lockAssignments(client, 'campaign_id = $1 AND vin = ANY($2)', [campaignId, vins]);
    const applied = await applyToRows(
      client,
      locked,
      locked.map(({ vin, wave }) => ({
        vin,
        campaignId,
        event: eventOf(campaign, begun.has(wave)),
        receivedAt: now,
      })),
      { now, shard: deps.slot },
    );
    const done = vins.length < CHUNK;
    await client.query('UPDATE campaigns SET sweep = $2, sweep_cursor = $3 WHERE id = $1', [
      campaignId,
      done ? null : sweep,
      done ? null : vins.at(-1),
    ]);
    return { done, applied };
  });
}

function eventOf(campaign: EngineCampaign, waveBegun: boolean): AssignmentEvent {
  switch (campaign.sweep) {
    case 'pause':
      return { kind: 'cancelRequested', code: 'paused' };
    case 'resume':
      return { kind: 'repended', asked: true };
    default:
      return {
        kind: 'campaignEnded',
        behaviour: campaign.abortMode ?? campaign.definition.schedule.endBehaviour,
        waveBegun,
      };
  }
}
