import type { Pool, PoolClient } from 'pg';
import { remembered } from './remembered.ts';

/** One step of the course: what the states gained and lost in it. */
export type CourseStep = {
  /** End of the step, s since 1970. */
  at: number;
  /** Net change of vehicles per state. */
  changes: Record<string, number>;
  /** Id of its last event. */
  lastId: string;
};

export type CampaignCourse = {
  /** Vehicles per state at the end of the last step. */
  counts: Record<string, number>;
  stepSeconds: number;
  steps: CourseStep[];
};

const MOST_STEPS = 240;
const STEP_SECONDS = [1, 2, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800];

/**
 * How a campaign's vehicles went from state to state, from the event log, in at most 240 steps: counts now and
 * what each step changed, so that any instant is found by going back from the present. A dear answer is kept
 * for a while.
 */
export function readCampaignCourse(pool: Pool, campaignId: string): Promise<CampaignCourse> {
  return remembered(pool, `course ${campaignId}`, 1_000, () => readNow(pool, campaignId));
}

async function readNow(pool: Pool, campaignId: string): Promise<CampaignCourse> {
  const client = await pool.connect();
  try {
    // Counters and events of one and the same moment.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const course = await readIn(client, campaignId);
    await client.query('COMMIT');
    return course;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function readIn(client: PoolClient, campaignId: string): Promise<CampaignCourse> {
  const counters = await client.query<{ state: string; count: number }>(
    `SELECT state, sum(count)::int AS count FROM assignment_counters
     WHERE campaign_id = $1 GROUP BY state HAVING sum(count) <> 0`,
    [campaignId],
  );
  const span = await client.query<{ first: Date | null; last: Date | null }>(
    `SELECT (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id LIMIT 1) AS first,
            (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id DESC LIMIT 1) AS last`,
    [campaignId],
  );
  const counts = Object.fromEntries(counters.rows.map(({ state, count }) => [state, count]));
  const { first, last } = span.rows[0] ?? {};
  if (!first || !last) return { counts, stepSeconds: 60, steps: [] };
  const seconds = (last.getTime() - first.getTime()) / 1000;
  const stepSeconds = STEP_SECONDS.find((step) => seconds / step < MOST_STEPS) ?? 2_592_000;
  const { rows } = await client.query<{
    step: number;
    from: string | null;
    to: string;
    count: number;
    last: string;
  }>(
    `SELECT floor(extract(epoch FROM at) / $2)::float8 AS step, from_state AS "from", to_state AS "to",
            count(*)::int AS count, max(id)::text AS last
     FROM timeline_events
     WHERE campaign_id = $1 AND to_state IS NOT NULL AND from_state IS DISTINCT FROM to_state
     GROUP BY 1, 2, 3 ORDER BY 1`,
    [campaignId, stepSeconds],
  );
  const steps = new Map<number, CourseStep>();
  for (const { step, from, to, count, last: lastId } of rows) {
    const found = steps.get(step) ?? { at: (step + 1) * stepSeconds, changes: {}, lastId };
    if (from !== null) found.changes[from] = (found.changes[from] ?? 0) - count;
    found.changes[to] = (found.changes[to] ?? 0) + count;
    if (BigInt(lastId) > BigInt(found.lastId)) found.lastId = lastId;
    steps.set(step, found);
  }
  return { counts, stepSeconds, steps: [...steps.values()] };
}
