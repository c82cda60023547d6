import { compareVersions, isKnownVersion, type VersionOrder } from './version.ts';

/** How many ECUs of a type ran a version on a day (ISO date, UTC). */
export type CensusRow = { day: string; version: string; count: number };

export type VersionSeries = {
  /** Null: all versions that are too rare for a series of their own. */
  version: string | null;
  rank: 'newest' | 'older' | 'unknown' | 'others';
  /** One a day; null where nothing was counted that day, which is not 0. */
  counts: (number | null)[];
};

export type VersionCourse = { days: string[]; series: VersionSeries[] };

const dayMs = 86_400_000;

/**
 * The versions of one ECU type over the days from the first that was counted to the last: the newest release's
 * version last, before it the older ones by order, those that the order cannot place first. At most `most`
 * versions have a series of their own; the rest are added up in one.
 */
export function versionCourse(
  rows: readonly CensusRow[],
  order: VersionOrder,
  newest: string | null,
  most = 8,
): VersionCourse {
  const counted = new Map<string, Map<string, number>>();
  for (const { day, version, count } of rows) {
    const versions = counted.get(day) ?? new Map<string, number>();
    counted.set(day, versions.set(version, count));
  }
  const days = daysBetween([...counted.keys()].sort());
  const versions = [...new Set(rows.map(({ version }) => version))];
  const peak = (version: string) => Math.max(...days.map((day) => counted.get(day)?.get(version) ?? 0));
  const own = versions
    .map((version) => ({ version, rank: rankOf(order, version, newest), peak: peak(version) }))
    .sort((a, b) => Number(b.rank === 'newest') - Number(a.rank === 'newest') || b.peak - a.peak)
    .slice(0, most)
    .sort((a, b) => placeOf(a.rank) - placeOf(b.rank) || byOrder(order, a.version, b.version));
  const series = own.map(({ version, rank }): VersionSeries => {
    return { version, rank, counts: days.map((day) => countOf(counted.get(day), [version])) };
  });
  const rest = versions.filter((version) => !own.some((one) => one.version === version));
  if (rest.length === 0) return { days, series };
  const others = days.map((day) => countOf(counted.get(day), rest));
  return { days, series: [{ version: null, rank: 'others', counts: others }, ...series] };
}

function countOf(day: ReadonlyMap<string, number> | undefined, versions: readonly string[]): number | null {
  if (day === undefined) return null;
  return versions.reduce((sum, version) => sum + (day.get(version) ?? 0), 0);
}

function rankOf(order: VersionOrder, version: string, newest: string | null): VersionSeries['rank'] {
  if (version === newest) return 'newest';
  return isKnownVersion(order, version) ? 'older' : 'unknown';
}

function placeOf(rank: VersionSeries['rank']): number {
  return ['others', 'unknown', 'older', 'newest'].indexOf(rank);
}

function byOrder(order: VersionOrder, a: string, b: string): number {
  const compared = compareVersions(order, a, b);
  return compared === 'unknown' || compared === 0 ? (a < b ? -1 : 1) : compared;
}

function daysBetween(sorted: readonly string[]): string[] {
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const length = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
  return Array.from({ length }, (_, index) =>
    new Date(Date.parse(first) + index * dayMs).toISOString().slice(0, 10),
  );
}
