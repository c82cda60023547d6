import { countCourse } from '#lib/db/campaign-course.ts';
import { openDatabase } from '#lib/db/client.ts';
import { applyRetention } from '#lib/db/retention.ts';
import { takeVersionCensus } from '#lib/db/version-census.ts';
import type { ProcessContext } from '#lib/process.ts';
import { readSettings } from '#lib/services/settings.ts';

/** Any positive constant: one worker keeps house at a time. */
const HOUSE_LOCK = 7_203_118;
const firstMs = 20_000;
const everyMs = 3_600_000;
const courseMs = 5_000;

/**
 * Each hour: the version census of the day, and the deletion of what the settings say is too old; each few
 * seconds: the course of campaigns, added up from the timeline.
 */
export function startHousekeeping({ config, log }: ProcessContext): { stop(): Promise<void> } {
  const db = openDatabase(config.databaseUrl, {
    max: 2,
    name: 'roadcast-housekeeping',
    onError: (error) => log.debug({ err: error }, 'database connection'),
  });
  const keep = async () => {
    const client = await db.pool.connect();
    try {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
        HOUSE_LOCK,
      ]);
      if (!rows[0]?.mine) return;
      try {
        await takeVersionCensus(db.pool, new Date());
        const deleted = await applyRetention(db.pool, await readSettings(db.prisma), new Date());
        if (deleted > 0) log.info({ deleted }, 'old rows deleted');
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [HOUSE_LOCK]);
      }
    } finally {
      client.release();
    }
  };
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= keep()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'housekeeping failed; it is tried again in an hour'),
      )
      .finally(() => {
        running = undefined;
      });
  };
  let counting: Promise<void> | undefined;
  const countOn = () => {
    counting ??= countCourse(db.pool)
      .then(() => undefined)
      .catch((error: unknown) => log.debug({ err: error }, 'the course of campaigns was not counted'))
      .finally(() => {
        counting = undefined;
      });
  };
  const course = setInterval(countOn, courseMs);
  const first = setTimeout(run, firstMs);
  const timer = setInterval(run, everyMs);
  return {
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      clearInterval(course);
      await Promise.all([running, counting]);
      await db.close();
    },
  };
}
