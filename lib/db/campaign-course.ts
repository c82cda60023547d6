import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './engine/transaction.ts';

/** Timeline rows that one transaction counts. */
const CHUNK = 200_000;
/** A row takes its number an instant before its transaction can be seen to be open; this is many such instants. */
const SETTLE_MS = 2_000;

type Progress = { countedTo: string; markedTo: string; settled: boolean };

/**
 * Adds up what the timeline has had since the last call, by campaign, minute and hour, and tells how many rows it went
 * over. Each row is counted once: only those are that no open transaction can still precede.
 */
export async function countCourse(pool: Pool): Promise<number> {
  let seen = 0;
  for (;;) {
    const step = await inTransaction(pool, countChunk);
    seen += step.seen;
    if (!step.more) return seen;
  }
}

async function countChunk(client: PoolClient): Promise<{ seen: number; more: boolean }> {
  await client.query('INSERT INTO course_progress (id) VALUES (1) ON CONFLICT DO NOTHING');
  const { rows } = await client.query<Progress>(
    `SELECT counted_to::text AS "countedTo", marked_to::text AS "markedTo",
            coalesce(pg_snapshot_xmin(pg_current_snapshot())::text::numeric >= marked_xmax::numeric
                     AND marked_at < now() - interval '${SETTLE_MS} milliseconds', false) AS settled
     FROM course_progress WHERE id = 1 FOR UPDATE SKIP LOCKED`,
  );
  const [progress] = rows;
  if (!progress) return { seen: 0, more: false };
  const waiting = BigInt(progress.countedTo) < BigInt(progress.markedTo);
  if (waiting && !progress.settled) return { seen: 0, more: false };
  const counted = waiting ? await count(client, progress) : { seen: 0, more: false };
  if (!counted.more) await mark(client);
  return counted;
}

/** All that is there now is counted once everything that is under way now has ended. */
async function mark(client: PoolClient): Promise<void> {
  await client.query(
    `UPDATE course_progress SET marked_to = coalesce((SELECT max(id) FROM timeline_events), 0),
       marked_xmax = pg_snapshot_xmax(pg_current_snapshot())::text, marked_at = now() WHERE id = 1`,
  );
}

async function count(client: PoolClient, { countedTo, markedTo }: Progress) {
  const from = BigInt(countedTo);
  const marked = BigInt(markedTo);
  const to = marked - from > BigInt(CHUNK) ? from + BigInt(CHUNK) : marked;
  await client.query(
    `WITH minutes AS (
       SELECT campaign_id, floor(extract(epoch FROM at) / 60)::int AS step, coalesce(from_state, '') AS from_state,
              to_state, count(*) AS count, max(id) AS last_id
       FROM timeline_events
       WHERE id > $1 AND id <= $2 AND campaign_id IS NOT NULL AND to_state IS NOT NULL
         AND from_state IS DISTINCT FROM to_state
       GROUP BY 1, 2, 3, 4
     )
     INSERT INTO campaign_course (campaign_id, seconds, step, from_state, to_state, count, last_id)
     SELECT campaign_id, 60, step, from_state, to_state, count, last_id FROM minutes
     UNION ALL
     SELECT campaign_id, 3600, step / 60, from_state, to_state, sum(count), max(last_id) FROM minutes GROUP BY 1, 3, 4, 5
     ON CONFLICT (campaign_id, seconds, step, from_state, to_state) DO UPDATE
       SET count = campaign_course.count + EXCLUDED.count, last_id = greatest(campaign_course.last_id, EXCLUDED.last_id)`,
    [from.toString(), to.toString()],
  );
  await client.query('UPDATE course_progress SET counted_to = $1 WHERE id = 1', [to.toString()]);
  return { seen: Number(to - from), more: to < marked };
}
