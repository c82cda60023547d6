import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import { type AssignmentState, FINAL_STATES } from '#lib/domain/states.ts';
import { type AppliedEvents, applyToRows, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import type { EngineDeps } from './deps.ts';

const BATCH = 1_000;
const CODE = 'retired';

/**
 * Settles what is open of retired vehicles, of one of them or of all: their credential is gone, so that no answer
 * will come and no phase clock will run.
 */
export async function settleRetired(
  deps: Pick<EngineDeps, 'db' | 'slot'>,
  now: Date,
  vin?: string,
): Promise<AppliedEvents> {
  return inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ vin: string }>(
      `SELECT DISTINCT a.vin FROM vehicles v JOIN assignments a ON a.vin = v.vin
       WHERE v.retired_at IS NOT NULL AND ($1::text IS NULL OR v.vin = $1)
         AND (a.state <> ALL ($2) OR a.retry_at IS NOT NULL)
       ORDER BY a.vin LIMIT ${BATCH}`,
      [vin ?? null, FINAL_STATES],
    );
    const vins = rows.map((row) => row.vin);
    if (vins.length === 0) return nothingApplied();
    await lockVehicles(client, vins);
    const locked = await lockAssignments(
      client,
      'vin = ANY($1) AND (state <> ALL ($2) OR retry_at IS NOT NULL)',
      [vins, FINAL_STATES],
    );
    const applied = await applyToRows(
      client,
      locked,
      locked.map((row) => ({
        vin: row.vin,
        campaignId: row.campaignId,
        event: eventFor(row.snapshot.state),
        receivedAt: now,
      })),
      { now, shard: deps.slot },
    );
    await client.query(
      `UPDATE assignments SET reasons = $3, cancel_due_at = NULL
       WHERE (campaign_id, vin) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [locked.map((row) => row.campaignId), locked.map((row) => row.vin), JSON.stringify([{ code: CODE }])],
    );
    return applied;
  });
}

function eventFor(state: AssignmentState): AssignmentEvent {
  if (state === 'pending' || state === 'deferred') return { kind: 'excluded', code: CODE };
  // A failure that would be tried again gives its retry up.
  const failed = (FINAL_STATES as readonly AssignmentState[]).includes(state);
  return failed ? { kind: 'cancelRequested', code: CODE } : { kind: 'cancelled', code: CODE };
}
