import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { type AppliedEvents, applyToRows, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import type { EngineDeps } from './deps.ts';

const CHUNK = 1_000;

/** Rings the timers that have come due: phases that took too long, retries, deferrals; `more` may be due. */
export async function ringTimers(
  deps: EngineDeps,
  now: Date,
): Promise<{ more: boolean; applied: AppliedEvents }> {
  return inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ campaign_id: string; vin: string }>(
      'SELECT campaign_id, vin FROM assignments WHERE timer_at <= $1 ORDER BY timer_at LIMIT $2',
      [now, CHUNK],
    );
    if (rows.length === 0) return { more: false, applied: nothingApplied() };
    await lockVehicles(
      client,
      rows.map(({ vin }) => vin),
    );
    const locked = await lockAssignments(
      client,
      '(campaign_id, vin) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND timer_at <= $3',
      [rows.map((row) => row.campaign_id), rows.map((row) => row.vin), now],
    );
    const applied = await applyToRows(
      client,
      locked,
      locked.map(({ vin, campaignId }) => ({ vin, campaignId, event: { kind: 'tick' }, receivedAt: now })),
      { now, shard: deps.slot },
    );
    return { more: rows.length === CHUNK, applied };
  });
}
