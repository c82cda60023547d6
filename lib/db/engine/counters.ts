import type pg from 'pg';
import type { AssignmentState } from '#lib/domain/states.ts';

/** What a counter counts. */
export type CounterKey = { campaignId: string; wave: number; state: AssignmentState; acknowledged: boolean };

/** Collects what a transaction adds to and takes from the counters; written once, at its end. */
export class CounterDeltas {
  readonly #deltas = new Map<string, CounterKey & { count: number }>();

  add(key: CounterKey, count: number): void {
    const id = `${key.campaignId}\n${key.wave}\n${key.state}\n${key.acknowledged}`;
    const entry = this.#deltas.get(id);
    if (entry) entry.count += count;
    else this.#deltas.set(id, { ...key, count });
  }

  move(from: CounterKey, to: CounterKey): void {
    this.add(from, -1);
    this.add(to, 1);
  }

  /** Counts assignments that were just inserted; tells how many they are, and when they are counted. */
  static ofInserted(
    client: pg.PoolClient,
    campaignId: string,
    rows: readonly { wave: number; state: AssignmentState; count: number }[],
    shard: number,
  ): { inserted: number; written: Promise<void> } {
    const deltas = new CounterDeltas();
    let inserted = 0;
    for (const { wave, state, count } of rows) {
      // At the target before any offer: outside of the rates.
      deltas.add({ campaignId, wave, state, acknowledged: state === 'already_installed' }, count);
      inserted += count;
    }
    return { inserted, written: deltas.write(client, shard) };
  }

  /** Adds the deltas to the counters of a shard, in key order, so that two writers never deadlock. */
  async write(client: pg.PoolClient, shard: number): Promise<void> {
    const entries = [...this.#deltas.entries()]
      .filter(([, entry]) => entry.count !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry);
    this.#deltas.clear();
    if (entries.length === 0) return;
    await client.query({
      name: 'counters_add',
      text: `INSERT INTO assignment_counters AS c (campaign_id, wave, state, acknowledged, shard, count)
       SELECT * FROM (SELECT unnest($1::text[]), unnest($2::int[]), unnest($3::text[]), unnest($4::boolean[]),
                             $6::int, unnest($5::bigint[])) AS d
       ON CONFLICT (campaign_id, wave, state, acknowledged, shard) DO UPDATE SET count = c.count + EXCLUDED.count`,
      values: [
        entries.map((entry) => entry.campaignId),
        entries.map((entry) => entry.wave),
        entries.map((entry) => entry.state),
        entries.map((entry) => entry.acknowledged),
        entries.map((entry) => entry.count),
        shard,
      ],
    });
  }
}

export type CountedState = { wave: number; state: AssignmentState; acknowledged: boolean; count: number };

/** Counters of a campaign, summed over the shards; equal to a recount at any time. */
export async function readCounters(
  client: Pick<pg.PoolClient, 'query'>,
  campaignId: string,
): Promise<CountedState[]> {
  const result = await client.query<CountedState>(
    `SELECT wave, state, acknowledged, sum(count)::float8 AS count FROM assignment_counters
     WHERE campaign_id = $1 GROUP BY wave, state, acknowledged HAVING sum(count) <> 0 ORDER BY 1, 2, 3`,
    [campaignId],
  );
  return result.rows;
}

/** Tells of a row of `assignments` whether it is outside of the rates, as `counterKeyOf` does. */
export const OUTSIDE_OF_RATES_SQL = `(state IN ('failed', 'rolled_back', 'timed_out')
    AND (acknowledged_failure OR (state = 'timed_out' AND NOT accepted))
  OR state = 'already_installed' AND notified_at IS NULL AND acknowledged_at IS NULL AND attempt = 1)`;

/** The same by counting the assignments themselves; for tests and for checks after faults. */
export async function recount(
  client: Pick<pg.PoolClient, 'query'>,
  campaignId: string,
): Promise<CountedState[]> {
  const result = await client.query<CountedState>(
    `SELECT wave, state, ${OUTSIDE_OF_RATES_SQL} AS acknowledged, count(*)::float8 AS count FROM assignments
     WHERE campaign_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [campaignId],
  );
  return result.rows;
}
