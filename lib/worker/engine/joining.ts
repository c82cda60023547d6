import type pg from 'pg';
import { loadActiveCampaigns } from '#lib/db/engine/campaigns.ts';
import { type DueOffers, dueWavesOf, readDueWaves, runningOf } from '#lib/db/engine/dispatch-duties.ts';
import { leaveJoinQueue, readJoinQueue } from '#lib/db/engine/join-queue.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction, type Last } from '#lib/db/engine/transaction.ts';
import { readTogether } from '#lib/db/together.ts';
import type { EngineDeps } from './deps.ts';
import type { Planner } from './plan.ts';

const BATCH = 2_000;
const NOBODY: Joined = { joined: 0, more: false, due: undefined, left: Promise.resolve() };

export type Joined = {
  joined: number;
  more: boolean;
  /** Where those who joined are to be offered something at once. */
  due: DueOffers | undefined;
  /** The queue is rid of those that were looked at; no offer waits for that. */
  left: Promise<void>;
};

/** Lets queued vehicles join the continuous campaigns that target them now; tells how many joined. */
export async function joinContinuous(deps: EngineDeps, planner: Planner, now: Date): Promise<Joined> {
  const { pool } = deps.db;
  const { queued, campaigns, catalog } = await readJoining(pool, planner);
  if (queued.size === 0) return NOBODY;
  const continuous = campaigns.filter(
    ({ definition, state }) =>
      definition.kind === 'continuous' && (state === 'running' || state === 'paused'),
  );
  // While a plan is being made a vehicle may have changed behind its cursor: it waits in the queue.
  if (continuous.length === 0 || continuous.some(({ planState }) => planState !== 'planned')) return NOBODY;
  const vehicles = new Map(Array.from(queued, ([vin, { ecus }]) => [vin, ecus]));
  // Most vehicles match nothing: that is found out without a lock, so that inbound never waits for it.
  const found = await Promise.all(
    continuous.map((campaign) => planner.candidates(campaign, catalog, vehicles, now)),
  );
  const matches = found.filter((candidates) => candidates.vins.length > 0);
  const join = async (client: pg.PoolClient, last: Last) => {
    // Campaigns before vehicles, as everybody locks them; one that has ended meanwhile is joined no more.
    const open = await lockOpenCampaigns(client, matches);
    const joining = matches.filter(({ campaign }) => open.has(campaign.id));
    const locked = lockVehicles(
      client,
      joining.flatMap((candidates) => candidates.vins),
    );
    last(locked);
    if (!client.pipeline) await locked;
    let joined = 0;
    for (const candidates of joining) joined += await planner.join(client, candidates, now, last);
    if (joined === 0) return undefined;
    const waves = readDueWaves(client, now, [...open]);
    last(waves);
    return { joined, waves };
  };
  const result = matches.length > 0 ? await inTransaction(pool, join, { flush: 'later' }) : undefined;
  const running = runningOf(campaigns);
  const due = result && { running, catalog, waves: dueWavesOf(await result.waves, running) };
  // Not in the same transaction: who queues a vehicle locks it first. What a crash leaves here is looked at again.
  return {
    joined: result?.joined ?? 0,
    more: queued.size === BATCH,
    due,
    left: leaveJoinQueue(pool, queued),
  };
}

/** In one trip, because an offer waits for it; the queue first, so that no campaign is older than who waits for it. */
async function readJoining(pool: pg.Pool, planner: Planner) {
  const [queued, campaigns, catalog] = await readTogether(pool, (client) => [
    () => readJoinQueue(client, BATCH),
    () => loadActiveCampaigns(client),
    () => planner.catalog(client),
  ]);
  return { queued, campaigns, catalog };
}

async function lockOpenCampaigns(
  client: pg.PoolClient,
  matches: readonly { campaign: { id: string } }[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>({
    name: 'join_campaigns',
    text: `SELECT id FROM campaigns WHERE id = ANY($1) AND state IN ('running', 'paused')
           ORDER BY id FOR NO KEY UPDATE`,
    values: [matches.map(({ campaign }) => campaign.id)],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Queues vehicles that a service changed, so that they join what targets them now. */
export async function queueVehicle(deps: Pick<EngineDeps, 'db'>, vin: string, now: Date): Promise<void> {
  await deps.db.pool.query(
    'INSERT INTO join_queue (vin, at) VALUES ($1, $2) ON CONFLICT (vin) DO UPDATE SET at = EXCLUDED.at',
    [vin, now],
  );
}
