import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { CampaignState } from '#lib/domain/states.ts';

export const CAMPAIGN_SORTS = ['created', 'name', 'begun', 'priority'] as const;

/** All that the list of campaigns keeps in its URL. */
export const campaignListParsers = {
  q: parseAsString.withDefault(''),
  state: parseAsArrayOf(parseAsStringLiteral(CampaignState.options)).withDefault([]),
  release: parseAsString.withDefault(''),
  by: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(CAMPAIGN_SORTS).withDefault('created'),
  desc: parseAsBoolean.withDefault(true),
};

export const loadCampaignListUrl = createLoader(campaignListParsers);
export type CampaignListUrl = Awaited<ReturnType<typeof loadCampaignListUrl>>;

/** Which campaigns a URL means, as the services are asked for them. */
export function selectionOfList({ q, state, release, by }: CampaignListUrl) {
  return {
    states: state,
    ...(q.trim() ? { name: q.trim().slice(0, 200) } : {}),
    ...(release ? { releaseId: release.slice(0, 100) } : {}),
    ...(by ? { createdBy: by.slice(0, 100) } : {}),
  };
}

/** The same with its order. */
export function queryOfList(url: CampaignListUrl) {
  return { ...selectionOfList(url), sort: url.sort, descending: url.desc };
}

/** The URL as a query string, for saved views, the API, CSV and the walk from campaign to campaign. */
export function listQueryString({ q, state, release, by, sort, desc }: CampaignListUrl): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (state.length > 0) query.set('state', state.join(','));
  if (release) query.set('release', release);
  if (by) query.set('by', by);
  if (sort !== 'created') query.set('sort', sort);
  if (!desc) query.set('desc', 'false');
  return query.toString();
}

/** True where the URL narrows the list. */
export function isNarrowed({ q, state, release, by }: CampaignListUrl): boolean {
  return q !== '' || state.length > 0 || release !== '' || by !== '';
}
