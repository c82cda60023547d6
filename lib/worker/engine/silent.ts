import { onPresence } from '#lib/db/engine/on-presence.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { type AppliedEvents, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import type { EngineDeps } from './deps.ts';

/** A vehicle that never told its presence is taken as online for this long after each of its messages. */
export const ONLINE_BY_MESSAGE_MS = 15 * 60_000;
const BATCH = 1_000;
const HOUR_MS = 3_600_000;

/** Takes vehicles offline that never told their presence and have been silent; `more` may be left. */
export async function takeSilentOffline(
  deps: Pick<EngineDeps, 'db' | 'slot'>,
  now: Date,
): Promise<{ applied: AppliedEvents; more: boolean }> {
  const before = new Date(now.getTime() - ONLINE_BY_MESSAGE_MS);
  return inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ vin: string }>(
      `UPDATE vehicle_states SET online = false WHERE vin IN (
         SELECT vin FROM vehicle_states
         WHERE online AND presence_at IS NULL AND last_seen_bucket <= $2 AND last_seen_at < $1
         ORDER BY vin LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED
       ) RETURNING vin`,
      [before, Math.ceil(before.getTime() / HOUR_MS)],
    );
    if (rows.length === 0) return { applied: nothingApplied(), more: false };
    const changes = rows.map(({ vin }) => ({ vin, kind: 'wentOffline', at: now }) as const);
    const applied = await onPresence(client, changes, { now, shard: deps.slot });
    return { applied, more: rows.length === BATCH };
  });
}
