import type { ViewValue } from '#lib/live/views.ts';

export type VersionCourseData = ViewValue<'version-course'>;
export type VersionLayer = VersionCourseData['series'][number] & {
  key: string;
  colour: string;
  opacity: number;
};

/** The series with their look: the newest release in the colour of what is done, older ones paler by age. */
export function layersOf(series: VersionCourseData['series']): VersionLayer[] {
  const older = series.filter(({ rank }) => rank === 'older');
  return series.map((one, index) => ({ ...one, key: `v${index}`, ...lookOf(one, older) }));
}

function lookOf(one: VersionCourseData['series'][number], older: VersionCourseData['series']) {
  switch (one.rank) {
    case 'newest':
      return { colour: 'var(--done)', opacity: 0.85 };
    case 'unknown':
      return { colour: 'var(--offline)', opacity: 0.7 };
    case 'others':
      return { colour: 'var(--control)', opacity: 0.35 };
    case 'older':
      return { colour: 'var(--accent)', opacity: 0.25 + (0.55 * (older.indexOf(one) + 1)) / older.length };
  }
}

/** How much of the time is known: a short history is said to be one, and days without a count are told. */
export function describeSpan({ days, series }: VersionCourseData): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return '';
  const gaps = days.filter((_, index) => series.every(({ counts }) => counts[index] === null)).length;
  const missing =
    gaps === 0 ? '' : ` Nothing was counted on ${gaps === 1 ? 'one day' : `${gaps} days`} between.`;
  return first === last
    ? 'Counted for the first time today; a course shows from tomorrow on.'
    : `Counted daily since ${first}, today just now; ${days.length} days.${missing}`;
}
