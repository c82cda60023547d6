import type { Pool } from 'pg';
import { NO_ORDER } from '../../domain/version.ts';
import { type CensusRow, type VersionCourse, versionCourse } from '../../domain/version-course.ts';
import { loadVersionOrders } from '../version-orders.ts';
import { readVersionCounts } from './version-counts.ts';

/** How many ECUs of a type ran which version, day by day (UTC), today counted just now. */
export async function readVersionCourse(
  pool: Pool,
  ecuType: string,
  days: number,
  now: Date,
): Promise<VersionCourse> {
  const today = now.toISOString().slice(0, 10);
  const since = new Date(now.getTime() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const [census, counts, orders, newest] = await Promise.all([
    pool.query<CensusRow>(
      `SELECT day::text, software_version AS version, count FROM version_census
       WHERE type = $1 AND day >= $2::date AND day < $3::date ORDER BY day`,
      [ecuType, since, today],
    ),
    readVersionCounts(pool),
    loadVersionOrders(pool, [ecuType]),
    pool.query<{ version: string }>(
      `SELECT version FROM releases WHERE ecu_type = $1 AND state = 'released' ORDER BY release_counter DESC LIMIT 1`,
      [ecuType],
    ),
  ]);
  const present = [...(counts.get(ecuType) ?? [])].map(([version, count]) => ({
    day: today,
    version,
    count,
  }));
  return versionCourse(
    [...census.rows, ...present],
    orders.get(ecuType) ?? NO_ORDER,
    newest.rows[0]?.version ?? null,
  );
}
