import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { EngineDeps } from './deps.ts';
import type { Planner } from './plan.ts';

const BATCH = 2_000;

/** Lets queued vehicles join the continuous campaigns that target them now; tells how many joined. */
export async function joinContinuous(
  deps: EngineDeps,
  planner: Planner,
  campaigns: readonly EngineCampaign[],
  now: Date,
): Promise<{ more: boolean; joined: number }> {
  const continuous = campaigns.filter(
    ({ definition, state }) =>
      definition.kind === 'continuous' && (state === 'running' || state === 'paused'),
  );
  // While a plan is being made a vehicle may have changed behind its cursor: it waits in the queue.
  if (continuous.length === 0 || continuous.some(({ planState }) => planState !== 'planned'))
    return { more: false, joined: 0 };
  return inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ vin: string }>(
      `DELETE FROM join_queue WHERE vin IN (
         SELECT vin FROM join_queue ORDER BY vin LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) RETURNING vin`,
    );
    const vins = rows.map(({ vin }) => vin);
    if (vins.length === 0) return { more: false, joined: 0 };
    await lockVehicles(client, vins);
    let joined = 0;
    for (const campaign of continuous) joined += await planner.join(client, campaign, vins, now);
    return { more: vins.length === BATCH, joined };
  });
}

/** Queues vehicles that a service changed, so that they join what targets them now. */
export async function queueVehicle(deps: Pick<EngineDeps, 'db'>, vin: string, now: Date): Promise<void> {
  await deps.db.pool.query('INSERT INTO join_queue (vin, at) VALUES ($1, $2) ON CONFLICT (vin) DO NOTHING', [
    vin,
    now,
  ]);
}
