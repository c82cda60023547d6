'use client';

import { useLiveView } from '#components/live/live-provider.tsx';
import { type KeysetPage, useFreshRows, useKeysetPages, useVisible } from '#components/ui/keyset-pages.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { type CampaignListUrl, listQueryString } from './list-url.ts';

export type CampaignListRow = ViewValue<'campaign-list'>['rows'][number];
export type CampaignFacets = ViewValue<'campaign-facets'>;

const NO_ROWS: ViewValue<'campaign-list'> = { rows: [] };
const idOf = ({ id }: CampaignListRow) => id;

/** The campaigns of a URL, pages by keyset; those in sight are live, and when some come or go all are read again. */
export function useCampaigns(
  url: CampaignListUrl,
  initial: { url: CampaignListUrl; page: KeysetPage<CampaignListRow> },
  facets: CampaignFacets,
) {
  const first = { query: listQueryString(initial.url), page: initial.page };
  const membership = `${facets.total} ${JSON.stringify(facets.states)}`;
  const { pages, ...state } = useKeysetPages('/api/campaigns', listQueryString(url), first, membership);
  const [ids, onVisible] = useVisible(idOf);
  const live = useLiveView('campaign-list', { ids }, NO_ROWS);
  return { ...state, rows: useFreshRows(pages, live.data.rows, idOf), onVisible };
}
