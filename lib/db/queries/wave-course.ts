import type { Pool } from 'pg';
import { atOneMoment, type CampaignCourse, type Moves, stepFor, stepsOf } from './campaign-course.ts';

/** How many vehicles a wave has. */
export async function readWaveSize(pool: Pool, campaignId: string, wave: number): Promise<number> {
  const { rows } = await pool.query<{ size: number }>(
    'SELECT coalesce(sum(count), 0)::int AS size FROM assignment_counters WHERE campaign_id = $1 AND wave = $2',
    [campaignId, wave],
  );
  return rows[0]?.size ?? 0;
}

/** The course of one wave, as `readCampaignCourse` tells the whole campaign's; from the events themselves. */
export function readWaveCourse(pool: Pool, campaignId: string, wave: number): Promise<CampaignCourse> {
  return atOneMoment(pool, async (client) => {
    const counters = await client.query<{ state: string; count: number }>(
      `SELECT state, sum(count)::int AS count FROM assignment_counters
       WHERE campaign_id = $1 AND wave = $2 GROUP BY state HAVING sum(count) <> 0`,
      [campaignId, wave],
    );
    const counts = Object.fromEntries(counters.rows.map(({ state, count }) => [state, count]));
    const span = await client.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM
                (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id DESC LIMIT 1)
              - (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id LIMIT 1))::float8 AS seconds`,
      [campaignId],
    );
    const stepSeconds = stepFor(span.rows[0]?.seconds ?? 0);
    const { rows } = await client.query<Moves>(
      `SELECT floor(extract(epoch FROM e.at)::float8 / $3) AS step, e.from_state AS "from", e.to_state AS "to",
              count(*)::int AS count, max(e.id)::text AS last
       FROM timeline_events e JOIN assignments a ON a.campaign_id = e.campaign_id AND a.vin = e.vin
       WHERE e.campaign_id = $1 AND a.wave = $2 AND e.to_state IS NOT NULL
         AND e.from_state IS DISTINCT FROM e.to_state
       GROUP BY 1, 2, 3 ORDER BY 1`,
      [campaignId, wave, stepSeconds],
    );
    return { counts, stepSeconds, steps: stepsOf(rows, stepSeconds) };
  });
}
