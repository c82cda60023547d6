import { createLoader, parseAsBoolean, parseAsString, parseAsStringLiteral } from 'nuqs/server';

export const RELEASE_STATES = ['draft', 'released', 'withdrawn'] as const;
export const RELEASE_SORTS = ['createdAt', 'ecuType'] as const;

/** All that the list of releases keeps in its URL. */
export const releaseParsers = {
  q: parseAsString.withDefault(''),
  state: parseAsStringLiteral(RELEASE_STATES),
  sort: parseAsStringLiteral(RELEASE_SORTS).withDefault('createdAt'),
  desc: parseAsBoolean.withDefault(true),
};

export const loadReleaseUrl = createLoader(releaseParsers);
export type ReleaseUrl = Awaited<ReturnType<typeof loadReleaseUrl>>;

/** What the services are asked for. */
export function releaseQueryOf({ q, state, sort, desc }: ReleaseUrl) {
  return { text: q.trim().slice(0, 200), sort, descending: desc, ...(state ? { state } : {}) };
}

/** Query string of what is listed, for the API and CSV. */
export function releaseQueryString({ q, state, sort, desc }: ReleaseUrl): string {
  const query = new URLSearchParams({ sort, desc: String(desc) });
  if (q) query.set('q', q);
  if (state) query.set('state', state);
  return query.toString();
}
