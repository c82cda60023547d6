'use client';

import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { useVisible } from '#components/ui/keyset-pages.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { type FleetUrl, fleetQueryString } from './fleet-url.ts';

export type FleetRow = ViewValue<'fleet-rows'>['rows'][number];
export type FleetPage = { rows: FleetRow[]; next: string | null };

type FleetRows = {
  rows: FleetRow[];
  loading: boolean;
  error: string | undefined;
  retry(): void;
  loadMore: (() => void) | undefined;
  /** Tells which rows can be seen; only they are kept fresh. */
  onVisible(rows: FleetRow[]): void;
};

const NO_ROWS: ViewValue<'fleet-rows'> = { rows: [] };
const vinOf = ({ vin }: FleetRow) => vin;

/** The rows of the fleet table: pages by keyset, and over them what the live view says of those in sight. */
export function useFleetRows(
  url: FleetUrl,
  initialUrl: FleetUrl,
  initialPage: FleetPage,
  valid: boolean,
  total: number,
): FleetRows {
  const key = fleetQueryString(url);
  const isInitial = key === fleetQueryString(initialUrl);
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ['fleet', key],
    enabled: valid,
    queryFn: ({ pageParam, signal }) =>
      fetchJson<FleetPage>(`/api/fleet?${fleetQueryString(url, pageParam)}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (page: FleetPage) => page.next ?? undefined,
    ...(isInitial
      ? { initialData: { pages: [initialPage], pageParams: [''] } satisfies InfiniteData<FleetPage, string> }
      : {}),
  });

  // A vehicle came or went: the loaded pages are read again.
  const known = useRef({ key, total });
  useEffect(() => {
    const grew = known.current.key === key && known.current.total !== total;
    known.current = { key, total };
    if (grew) void client.invalidateQueries({ queryKey: ['fleet', key] });
  }, [client, key, total]);

  const [vins, onVisible] = useVisible(vinOf);
  const live = useLiveView('fleet-rows', { vins, retired: url.retired }, NO_ROWS);
  const fresh = useRef(new Map<string, { row: FleetRow; at: number }>());
  const taken = useRef(NO_ROWS);
  const pages = query.data?.pages;
  const loadedAt = query.dataUpdatedAt;
  const rows = useMemo(() => {
    if (taken.current !== live.data) {
      taken.current = live.data;
      const at = Date.now();
      for (const row of live.data.rows) fresh.current.set(row.vin, { row, at });
    }
    const loaded = pages?.flatMap((page) => page.rows) ?? [];
    // A page that was read since knows better than what was seen live before.
    return loaded.map((row) => {
      const seen = fresh.current.get(row.vin);
      return seen && seen.at >= loadedAt ? seen.row : row;
    });
  }, [pages, live.data, loadedAt]);

  const { hasNextPage, isFetching, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);
  return {
    rows: valid ? rows : [],
    loading: query.isLoading && valid,
    error: query.error?.message,
    retry: () => void query.refetch(),
    loadMore: hasNextPage ? loadMore : undefined,
    onVisible,
  };
}
