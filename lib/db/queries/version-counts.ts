import type { Pool } from 'pg';
import { remembered } from './remembered.ts';

/** How many ECUs of the fleet run each software version, by ECU type. */
export type VersionCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Counts the versions of the whole fleet in one pass over an index; shared by open pages for half a second. */
export function readVersionCounts(pool: Pool): Promise<VersionCounts> {
  return remembered(pool, 'version counts', 500, async () => {
    const { rows } = await pool.query<{ type: string; version: string; count: number }>(
      `SELECT type, software_version AS version, count(*)::int AS count FROM ecus GROUP BY 1, 2`,
    );
    const counts = new Map<string, Map<string, number>>();
    for (const { type, version, count } of rows) {
      const versions = counts.get(type) ?? new Map<string, number>();
      counts.set(type, versions.set(version, count));
    }
    return counts;
  });
}

/** ECUs of a type that run a version; of any version where none is named. */
export function countOf(counts: VersionCounts, type: string, version?: string | null): number {
  const versions = counts.get(type);
  if (versions === undefined || version === null) return 0;
  if (version !== undefined) return versions.get(version) ?? 0;
  return [...versions.values()].reduce((sum, count) => sum + count, 0);
}
