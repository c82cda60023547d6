'use client';

import { useLiveView } from '#components/live/live-provider.tsx';
import { type KeysetPage, useFreshRows, useKeysetPages, useVisible } from '#components/ui/keyset-pages.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { type AssignmentUrl, assignmentQuery } from './assignment-url.ts';

export type AssignmentRow = ViewValue<'campaign-rows'>['rows'][number];
export type AssignmentPage = KeysetPage<AssignmentRow> & { total: number | null };

const NO_ROWS: ViewValue<'campaign-rows'> = { rows: [] };
const vinOf = ({ vin }: AssignmentRow) => vin;

/**
 * A campaign's vehicles, pages by keyset, and over them what the live view says of those in sight. `expected` is
 * the live count of the selection where the counters know it: when it moves, the loaded pages are read again.
 */
export function useAssignments(
  campaignId: string,
  url: AssignmentUrl,
  initial: { url: AssignmentUrl; page: AssignmentPage },
  expected: number | undefined,
) {
  const first = { query: assignmentQuery(initial.url), page: initial.page };
  const path = `/api/campaigns/${campaignId}/assignments`;
  const { pages, ...state } = useKeysetPages(path, assignmentQuery(url), first, expected);
  const [vins, onVisible] = useVisible(vinOf);
  const live = useLiveView('campaign-rows', { id: campaignId, vins }, NO_ROWS);
  const rows = useFreshRows(pages, live.data.rows, vinOf);
  return { ...state, rows, total: expected ?? pages?.[0]?.total ?? rows.length, onVisible };
}
