import { ecuTypes } from '#lib/tcu/catalog.ts';
import type { SeedContext } from './seed-context.ts';

export type VersionCount = { type: string; version: string; count: number };

const dayMs = 86_400_000;
const days = 75;
/** How long ago half of those that run the newest version had it, then of the one before it, and so on. */
const halfAgo = [14, 38, 66];
/** How fast a version spreads: days from a quarter to three quarters, roughly. */
const paceDays = 5;

/** Writes a version census of the past weeks that leads to what runs today: each release spread in its turn. */
export async function seedCensus({ db, now }: SeedContext, today: readonly VersionCount[]): Promise<void> {
  const rows = ecuTypes.flatMap(({ name, versions }) => {
    const counts = today.filter(({ type }) => type === name);
    return Array.from({ length: days }, (_, index) => days - index).flatMap((ago) =>
      countsAgo(counts, versions, ago).map(({ version, count }) => ({
        day: new Date(now.getTime() - ago * dayMs).toISOString().slice(0, 10),
        type: name,
        software_version: version,
        count,
      })),
    );
  });
  await db.pool.query(
    `INSERT INTO version_census (day, type, software_version, count)
     SELECT day, type, software_version, count
     FROM json_to_recordset($1::json) AS r(day date, type text, software_version text, count int)
     ON CONFLICT (day, type, software_version) DO UPDATE SET count = EXCLUDED.count`,
    [JSON.stringify(rows)],
  );
}

/** What ran so many days ago: of those that run a version or a newer one today, a part had not come so far. */
export function countsAgo(
  today: readonly VersionCount[],
  versions: readonly string[],
  ago: number,
): { version: string; count: number }[] {
  const countOf = (version: string) => today.find((one) => one.version === version)?.count ?? 0;
  const atLeast = versions.map((_, place) => {
    const reached = versions.slice(place).reduce((sum, later) => sum + countOf(later), 0);
    const half = place === 0 ? undefined : halfAgo[versions.length - 1 - place];
    return Math.round(reached * (half === undefined ? 1 : spread(half, ago)));
  });
  const known = versions.map((version, place) => {
    return { version, count: (atLeast[place] ?? 0) - (atLeast[place + 1] ?? 0) };
  });
  const unknown = today.filter(({ version }) => !versions.includes(version));
  return [...known, ...unknown.map(({ version, count }) => ({ version, count }))].filter(
    ({ count }) => count > 0,
  );
}

/** Share that had a version so many days ago, of those that have it today. */
function spread(half: number, ago: number): number {
  const at = (day: number) => 1 / (1 + Math.exp((day - half) / paceDays));
  return at(ago) / at(0);
}
