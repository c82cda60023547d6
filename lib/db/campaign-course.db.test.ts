import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { countCourse } from './campaign-course.ts';
import { readCampaignCourse } from './queries/campaign-course.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  // So many vehicles that the course is drawn by minutes.
  await db.pool.query(
    `INSERT INTO assignment_counters (campaign_id, wave, state, shard, count) VALUES ('c', 0, 'notified', 0, 30000)`,
  );
});
afterAll(() => db.drop());

type Queryable = Pick<TestDatabase['pool'], 'query'>;

/** So many vehicles go from pending to notified, at this minute of the day. */
function notify(on: Queryable, minute: number, vehicles: number) {
  return on.query(
    `INSERT INTO timeline_events (vin, at, kind, campaign_id, from_state, to_state)
     SELECT 'V' || n, '2026-11-23T00:00:30Z'::timestamptz + $1 * interval '1 minute', 'notified', 'c', 'pending', 'notified'
     FROM generate_series(1, $2::int) n`,
    [minute, vehicles],
  );
}

/** Vehicles notified per step; the answer before is not what is asked for. */
async function stepsNow(): Promise<number[]> {
  const course = await readCampaignCourse(Object.create(db.pool), 'c');
  expect(course.stepSeconds).toBe(60);
  return course.steps.map(({ changes }) => changes.notified ?? 0);
}

/** As the worker does, until nothing is left that may be counted. */
function countedUpTo(count: number) {
  return vi.waitFor(
    async () => {
      await countCourse(db.pool);
      const { rows } = await db.pool.query<{ sum: number }>(
        'SELECT coalesce(sum(count), 0)::int AS sum FROM campaign_course WHERE seconds = 60',
      );
      expect(rows[0]?.sum).toBe(count);
    },
    { timeout: 20_000, interval: 200 },
  );
}

it('adds up each event once and shows the same before and after', async () => {
  await notify(db.pool, 0, 5);
  await notify(db.pool, 3, 7);
  expect(await stepsNow()).toEqual([5, 7]);
  await countedUpTo(12);
  expect(await stepsNow()).toEqual([5, 7]);
  await notify(db.pool, 3, 2);
  await notify(db.pool, 4, 1);
  expect(await stepsNow()).toEqual([5, 9, 1]);
  await countedUpTo(15);
  await countCourse(db.pool);
  expect(await stepsNow()).toEqual([5, 9, 1]);
});

it('waits for a transaction that may still commit rows of lower numbers', async () => {
  const slow = await db.pool.connect();
  try {
    await slow.query('BEGIN');
    await notify(slow, 5, 3);
    await notify(db.pool, 6, 4);
    // Long enough for the mark to be old.
    await countedUpTo(15);
    await db.pool.query(`UPDATE course_progress SET marked_at = now() - interval '1 minute'`);
    await countCourse(db.pool);
    await db.pool.query(`UPDATE course_progress SET marked_at = now() - interval '1 minute'`);
    await countCourse(db.pool);
    expect(await stepsNow()).toEqual([5, 9, 1, 4]);
    await slow.query('COMMIT');
  } finally {
    slow.release();
  }
  await countedUpTo(22);
  expect(await stepsNow()).toEqual([5, 9, 1, 3, 4]);
});
