import type { Pool, PoolClient } from 'pg';
import { together } from '../together.ts';
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
/** Steps shorter than a minute are counted from the events themselves, which a campaign of more vehicles has too many of. */
const FEW_VEHICLES = 20_000;

/**
 * How a campaign's vehicles went from state to state in at most 240 steps: counts now and what each step changed,
 * so that any instant is found by going back from the present. What is added up already
 * (`countCourse`) and the events since then are one whole. A dear answer is kept for a while.
 */
export function readCampaignCourse(pool: Pool, campaignId: string): Promise<CampaignCourse> {
  return remembered(pool, `course ${campaignId}`, 1_000, () => readNow(pool, campaignId));
}

function readNow(pool: Pool, campaignId: string): Promise<CampaignCourse> {
  return atOneMoment(pool, (client) => readIn(client, campaignId));
}

/** Reads counters and events of one and the same moment. */
export async function atOneMoment<Value>(
  pool: Pool,
  read: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  try {
    const [, value] = await together(client, [
      () => client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
      () => read(client),
    ]);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function readIn(client: PoolClient, campaignId: string): Promise<CampaignCourse> {
  const [counters, span] = await together(client, [
    () => client.query<{ state: string; count: number }>(COUNTERS, [campaignId]),
    () => client.query<{ first: number | null; last: number | null }>(SPAN, [campaignId]),
  ]);
  const counts = Object.fromEntries(counters.rows.map(({ state, count }) => [state, count]));
  const { first, last } = span.rows[0] ?? {};
  if (typeof first !== 'number' || typeof last !== 'number') return { counts, stepSeconds: 60, steps: [] };
  const fits = stepFor(last - first);
  const vehicles = counters.rows.reduce((sum, { count }) => sum + count, 0);
  const stepSeconds = vehicles > FEW_VEHICLES ? Math.max(60, fits) : fits;
  const { rows } = await client.query<Moves>(
    stepSeconds < 60
      ? { text: FROM_EVENTS, values: [campaignId, stepSeconds] }
      : { text: FROM_COURSE, values: [campaignId, stepSeconds, stepSeconds < 3_600 ? 60 : 3_600] },
  );
  return { counts, stepSeconds, steps: stepsOf(rows, stepSeconds) };
}

/** Length of the steps that a span is told in, s. */
export function stepFor(seconds: number): number {
  return STEP_SECONDS.find((step) => seconds / step < MOST_STEPS - 2) ?? 2_592_000;
}

export type Moves = { step: number; from: string | null; to: string; count: number; last: string };

/** The timeline row up to which the course is added up. */
const SINCE = 'SELECT coalesce((SELECT counted_to FROM course_progress WHERE id = 1), 0) AS id';
const COUNTERS = `SELECT state, sum(count)::int AS count FROM assignment_counters
  WHERE campaign_id = $1 GROUP BY state HAVING sum(count) <> 0`;
const SPAN = `SELECT extract(epoch FROM least(late.first, to_timestamp(c.first * 60.0)))::float8 AS first,
            extract(epoch FROM greatest(late.last, to_timestamp(c.last * 60.0 + 59)))::float8 AS last
     FROM (SELECT min(at) AS first, max(at) AS last FROM timeline_events WHERE campaign_id = $1 AND id > (${SINCE})) late,
          (SELECT min(step) AS first, max(step) AS last FROM campaign_course WHERE campaign_id = $1 AND seconds = 60) c`;
const EVENTS = `SELECT floor(extract(epoch FROM at)::float8 / $2) AS step, from_state, to_state, count(*) AS count, max(id) AS last
  FROM timeline_events
  WHERE campaign_id = $1 AND to_state IS NOT NULL AND from_state IS DISTINCT FROM to_state`;
const MOVES =
  'SELECT step, from_state AS "from", to_state AS "to", sum(count)::int AS count, max(last)::text AS last';
const FROM_EVENTS = `${MOVES} FROM (${EVENTS} GROUP BY 1, 2, 3) e GROUP BY 1, 2, 3 ORDER BY 1`;
const FROM_COURSE = `${MOVES} FROM (
    SELECT floor(step::float8 * seconds / $2) AS step, nullif(from_state, '') AS from_state, to_state, count, last_id AS last
    FROM campaign_course WHERE campaign_id = $1 AND seconds = $3
    UNION ALL (${EVENTS} AND id > (${SINCE}) GROUP BY 1, 2, 3)
  ) e GROUP BY 1, 2, 3 ORDER BY 1`;

/** Counted moves as steps with their net changes. */
export function stepsOf(rows: readonly Moves[], stepSeconds: number): CourseStep[] {
  const steps = new Map<number, CourseStep>();
  for (const { step, from, to, count, last } of rows) {
    const found = steps.get(step) ?? { at: (step + 1) * stepSeconds, changes: {}, lastId: last };
    if (from !== null) found.changes[from] = (found.changes[from] ?? 0) - count;
    found.changes[to] = (found.changes[to] ?? 0) + count;
    if (BigInt(last) > BigInt(found.lastId)) found.lastId = last;
    steps.set(step, found);
  }
  return [...steps.values()];
}
