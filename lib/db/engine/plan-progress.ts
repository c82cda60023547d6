import type pg from 'pg';
import type { FilterVersions } from '#lib/db/filter-sql.ts';
import { type EngineCampaign, lockCampaign } from './campaigns.ts';
import { countFleet } from './fleet-rows.ts';
import type { VinRange } from './plan-page.ts';

/** Id of the job that shows the progress of a campaign's plan. */
export function planJobId(campaignId: string): string {
  return `plan:${campaignId}`;
}

/** The next ranges of `size` vehicles each, by VIN; the last one of all is open at its end. */
export async function nextRanges(
  db: Pick<pg.Pool, 'query'>,
  after: string | null,
  { size, count }: { size: number; count: number },
): Promise<VinRange[]> {
  const ranges: VinRange[] = [];
  let begin = after;
  do {
    const { rows } = await db.query<{ vin: string }>(
      'SELECT vin FROM vehicles WHERE retired_at IS NULL AND vin > $1 ORDER BY vin OFFSET $2 LIMIT 1',
      [begin ?? '', size - 1],
    );
    const until = rows[0]?.vin ?? null;
    ranges.push({ after: begin, until });
    begin = until;
  } while (begin !== null && ranges.length < count);
  return ranges;
}

/** The campaign, if it is being planned; at the begin of its plan the job tells how many vehicles there are. */
export async function openPlan(
  client: pg.PoolClient,
  campaignId: string,
  versions: FilterVersions,
  now: Date,
): Promise<EngineCampaign | undefined> {
  const campaign = await lockCampaign(client, campaignId);
  if (campaign?.planState !== 'planning') return undefined;
  if (campaign.planCursor !== null) return campaign;
  const total = await countFleet(client, { definition: campaign.definition, versions, now });
  await client.query(
    `UPDATE jobs SET state = 'running', total = $2, done = 0, started_at = $3 WHERE id = $1`,
    [planJobId(campaignId), total, now],
  );
  await client.query('UPDATE campaigns SET target_count = $2 WHERE id = $1', [campaignId, total]);
  return campaign;
}

/**
 * Keeps a campaign as it is until the transaction ends, for several pages of its plan at a time; false where it is not
 * being planned.
 */
export async function holdPlanning(client: pg.PoolClient, campaignId: string): Promise<boolean> {
  const { rows } = await client.query<{ planning: boolean }>(
    `SELECT plan_state = 'planning' AS planning FROM campaigns WHERE id = $1 FOR SHARE`,
    [campaignId],
  );
  return rows[0]?.planning ?? false;
}

export type PlannedRanges = { from: string | null; ranges: readonly VinRange[]; read: number; now: Date };

/** Moves the cursor of a plan over ranges that are planned, in one row with its counts. */
export async function notePlanned(
  client: pg.PoolClient,
  campaignId: string,
  { from, ranges, read, now }: PlannedRanges,
): Promise<void> {
  const cursor = ranges.at(-1)?.until ?? null;
  const { rowCount } = await client.query(
    `UPDATE campaigns SET plan_cursor = coalesce($2, plan_cursor), updated_at = $4,
            plan_state = CASE WHEN $2::text IS NULL THEN 'planned' ELSE 'planning' END,
            planned_count = (SELECT coalesce(sum(count), 0) FROM assignment_counters WHERE campaign_id = $1)
     WHERE id = $1 AND plan_state = 'planning' AND plan_cursor IS NOT DISTINCT FROM $3`,
    [campaignId, cursor, from, now],
  );
  if (rowCount !== 1) return;
  await client.query(
    `UPDATE jobs SET done = done + $2, state = CASE WHEN $3 THEN 'done' ELSE 'running' END,
            finished_at = CASE WHEN $3 THEN $4::timestamptz END WHERE id = $1`,
    [planJobId(campaignId), read, cursor === null, now],
  );
}
