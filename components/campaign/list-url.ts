import { createLoader, parseAsArrayOf, parseAsString, parseAsStringLiteral } from 'nuqs/server';
import { CampaignState } from '#lib/domain/states.ts';

/** All that the list of campaigns keeps in its URL. */
export const campaignListParsers = {
  q: parseAsString.withDefault(''),
  state: parseAsArrayOf(parseAsStringLiteral(CampaignState.options)).withDefault([]),
  release: parseAsString.withDefault(''),
};

export const loadCampaignListUrl = createLoader(campaignListParsers);
export type CampaignListUrl = Awaited<ReturnType<typeof loadCampaignListUrl>>;

/** Parameters of the live view for a URL. */
export function listParams({ q, state, release }: CampaignListUrl, limit: number) {
  return {
    limit,
    ...(q.trim() ? { name: q.trim() } : {}),
    ...(state.length > 0 ? { states: state } : {}),
    ...(release ? { releaseId: release } : {}),
  };
}

/** The URL as a query string, for saved views. */
export function listQueryString({ q, state, release }: CampaignListUrl): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (state.length > 0) query.set('state', state.join(','));
  if (release) query.set('release', release);
  return query.toString();
}
