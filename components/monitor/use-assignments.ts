'use client';

import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { type AssignmentUrl, assignmentQuery } from './assignment-url.ts';

export type AssignmentRow = ViewValue<'campaign-rows'>['rows'][number];
export type AssignmentPage = { rows: AssignmentRow[]; next: string | null; total: number | null };

const NO_ROWS: ViewValue<'campaign-rows'> = { rows: [] };
const SETTLE_MS = 200;
/** A list whose membership moves is read again at most this often. */
const REREAD_MS = 2_000;

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
  const key = assignmentQuery(url);
  const client = useQueryClient();
  const queryKey = useMemo(() => ['assignments', campaignId, key], [campaignId, key]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      return fetchJson<AssignmentPage>(`/api/campaigns/${campaignId}/assignments?${key}${cursor}`, {
        signal,
      });
    },
    initialPageParam: '',
    getNextPageParam: (page: AssignmentPage) => page.next ?? undefined,
    ...(key === assignmentQuery(initial.url)
      ? {
          initialData: { pages: [initial.page], pageParams: [''] } satisfies InfiniteData<
            AssignmentPage,
            string
          >,
        }
      : {}),
  });

  const known = useRef({ key, expected });
  useEffect(() => {
    const moved = known.current.key === key && known.current.expected !== expected;
    known.current = { key, expected };
    if (!moved) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), REREAD_MS);
    return () => clearTimeout(timer);
  }, [client, queryKey, key, expected]);

  const [visible, setVisible] = useState<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onVisible = useCallback((rows: AssignmentRow[]) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setVisible(rows.map(({ vin }) => vin).slice(0, 200)), SETTLE_MS);
  }, []);
  const live = useLiveView('campaign-rows', { id: campaignId, vins: visible }, NO_ROWS);
  const fresh = useRef(new Map<string, AssignmentRow>());
  const pages = query.data?.pages;
  const rows = useMemo(() => {
    for (const row of live.data.rows) fresh.current.set(row.vin, row);
    const loaded = pages?.flatMap((page) => page.rows) ?? [];
    return loaded.map((row) => newer(row, fresh.current.get(row.vin)));
  }, [pages, live.data]);

  const { hasNextPage, isFetching, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);
  return {
    rows,
    total: expected ?? pages?.[0]?.total ?? rows.length,
    loading: query.isLoading,
    error: query.error?.message,
    retry: () => void query.refetch(),
    loadMore: hasNextPage ? loadMore : undefined,
    onVisible,
  };
}

function newer(row: AssignmentRow, live: AssignmentRow | undefined): AssignmentRow {
  return live && live.updatedAt >= row.updatedAt ? live : row;
}
