import type { Queryable } from '#lib/db/queryable.ts';
import type { AssignmentState } from '../../domain/states.ts';

/** Vehicles of one wave in one state; `acknowledged` ones are outside of the rates. */
export type StateCount = {
  wave: number;
  state: AssignmentState;
  acknowledged: boolean;
  count: number;
};

/** Counters of the campaigns named, summed over all workers. */
export async function readCounters(
  db: Queryable,
  campaignIds: readonly string[],
): Promise<Map<string, StateCount[]>> {
  if (campaignIds.length === 0) return new Map();
  const { rows } = await db.query<StateCount & { campaignId: string }>({
    name: 'campaign_counters',
    text: `SELECT campaign_id AS "campaignId", wave, state, acknowledged, sum(count)::int AS count
           FROM assignment_counters WHERE campaign_id = ANY ($1::text[])
           GROUP BY campaign_id, wave, state, acknowledged HAVING sum(count) <> 0
           ORDER BY campaign_id, wave, state`,
    values: [campaignIds],
  });
  const counts = new Map<string, StateCount[]>(campaignIds.map((id) => [id, []]));
  for (const { campaignId, ...count } of rows) counts.get(campaignId)?.push(count);
  return counts;
}
