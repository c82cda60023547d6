import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { readFilterEcus } from '#lib/db/engine/fleet-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { EngineDeps } from './deps.ts';
import type { Candidates, Planner } from './plan.ts';

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
  // A row that is queued again while it is looked at has another version and stays for the next time.
  const { rows } = await deps.db.pool.query<{ vin: string; version: string }>(
    `SELECT vin, xmin::text AS version FROM join_queue ORDER BY vin LIMIT ${BATCH}`,
  );
  if (rows.length === 0) return { more: false, joined: 0 };
  const vins = rows.map(({ vin }) => vin);
  // Most vehicles match nothing: that is found out without a lock, so that inbound never waits for it.
  const matches: Candidates[] = [];
  const [vehicles, catalog] = await Promise.all([readFilterEcus(deps.db.pool, vins), planner.catalog()]);
  for (const campaign of continuous) {
    const found = await planner.candidates(campaign, catalog, vehicles, now);
    if (found.vins.length > 0) matches.push(found);
  }
  return inTransaction(deps.db.pool, async (client) => {
    await lockVehicles(
      client,
      matches.flatMap((found) => found.vins),
    );
    let joined = 0;
    for (const found of matches) joined += await planner.join(client, found, now);
    await client.query(
      `DELETE FROM join_queue q USING unnest($1::text[], $2::text[]) AS u (vin, version)
       WHERE q.vin = u.vin AND q.xmin::text = u.version`,
      [vins, rows.map(({ version }) => version)],
    );
    return { more: rows.length === BATCH, joined };
  });
}

/** Queues vehicles that a service changed, so that they join what targets them now. */
export async function queueVehicle(deps: Pick<EngineDeps, 'db'>, vin: string, now: Date): Promise<void> {
  await deps.db.pool.query(
    'INSERT INTO join_queue (vin, at) VALUES ($1, $2) ON CONFLICT (vin) DO UPDATE SET at = EXCLUDED.at',
    [vin, now],
  );
}
