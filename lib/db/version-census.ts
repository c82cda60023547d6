import type { Pool } from 'pg';

/** Writes down how many ECUs run which version today, so that its course over time can be drawn. */
export async function takeVersionCensus(pool: Pool, now: Date): Promise<void> {
  await pool.query(
    `INSERT INTO version_census (day, type, software_version, count)
     SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date, type, software_version, count(*)::int
     FROM ecus GROUP BY type, software_version
     ON CONFLICT (day, type, software_version) DO UPDATE SET count = EXCLUDED.count
     WHERE version_census.count IS DISTINCT FROM EXCLUDED.count`,
    [now],
  );
}
