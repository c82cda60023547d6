import type { Pool } from 'pg';
import { RolloutRate } from '../../domain/campaign-definition.ts';
import { decideRate } from '../../domain/rate.ts';
import { countsOf, succeededOf } from '../../domain/wave-counts.ts';
import { unleasedSql } from '../engine/assignment-rows.ts';
import { readCounters } from '../engine/counters.ts';

export type DueOffers = {
  /** Offers that may be made now and are not yet claimed. */
  due: number;
  /** How long the oldest of them has been due, s; null where none is. */
  lagSeconds: number | null;
  /** Offers whose time has come, but which their campaign's rate holds back. */
  heldByRate: number;
};

type Row = { id: string; rate: unknown; paidUntil: Date | null; count: number; lag: number; now: Date };

/** Offers whose time has come in running waves: what waits for the dispatcher, apart from what waits for a rate. */
export async function readDueOffers(pool: Pool): Promise<DueOffers> {
  const { rows } = await pool.query<Row>(
    `SELECT c.id, c.definition -> 'rate' AS rate, c.rate_window_at AS "paidUntil", d.count::int AS count,
            extract(epoch FROM now() - d.oldest)::float8 AS lag, now() AS now
     FROM campaigns c
     CROSS JOIN LATERAL (
       SELECT count(*), min(a.due_at) AS oldest FROM waves w
       JOIN assignments a ON a.campaign_id = w.campaign_id AND a.wave = w.number
       WHERE w.campaign_id = c.id AND w.state = 'running' AND a.state = 'pending' AND a.due_at <= now()
         AND ${unleasedSql('a', 'now()')}
     ) d
     WHERE c.state = 'running' AND d.count > 0`,
  );
  const campaigns = await Promise.all(
    rows.map(async (row) => ({ ...row, due: Math.min(row.count, await allowedNow(pool, row)) })),
  );
  const waiting = campaigns.filter(({ due }) => due > 0);
  return {
    due: waiting.reduce((sum, { due }) => sum + due, 0),
    // The oldest of a campaign that its rate holds back is old by that rate, not because the stream is behind.
    lagSeconds: waiting.reduce<number | null>(
      (most, { due, count, lag }) => (due === count ? Math.max(most ?? 0, lag) : (most ?? 0)),
      null,
    ),
    heldByRate: campaigns.reduce((sum, { due, count }) => sum + count - due, 0),
  };
}

async function allowedNow(pool: Pool, { id, rate, paidUntil, now }: Row): Promise<number> {
  const limit = RolloutRate.catch({ maximumPerMinute: Number.MAX_SAFE_INTEGER }).parse(rate ?? {});
  const successes = limit.ramp ? succeededOf(countsOf(await readCounters(pool, id))) : 0;
  return decideRate(limit, successes, paidUntil, now).allowed;
}
