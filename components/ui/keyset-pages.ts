'use client';

import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { fetchJson } from './fetch-json.ts';

export type KeysetPage<Row> = { rows: Row[]; next: string | null };

/** A list whose membership moves is read again at most this often. */
const REREAD_MS = 2_000;
const SETTLE_MS = 200;
const MOST_VISIBLE = 100;

type KeysetPages<Page extends KeysetPage<unknown>> = {
  pages: Page[] | undefined;
  loading: boolean;
  error: string | undefined;
  retry(): void;
  loadMore: (() => void) | undefined;
};

/**
 * A list read page by page from `path` with `query`. `initial` is the first page as the server sent it, for the query
 * it was made with; when `membership` moves (a count, say), the loaded pages are read again.
 */
export function useKeysetPages<Page extends KeysetPage<unknown>>(
  path: string,
  query: string,
  initial: { query: string; page: Page },
  membership: unknown,
): KeysetPages<Page> {
  const client = useQueryClient();
  const queryKey = useMemo(() => [path, query], [path, query]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      return fetchJson<Page>(`${path}?${query}${cursor}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (page: Page) => page.next ?? undefined,
    ...(query === initial.query
      ? { initialData: { pages: [initial.page], pageParams: [''] } satisfies InfiniteData<Page, string> }
      : {}),
  });

  const known = useRef({ query, membership });
  useEffect(() => {
    const moved = known.current.query === query && known.current.membership !== membership;
    known.current = { query, membership };
    if (!moved) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), REREAD_MS);
    return () => clearTimeout(timer);
  }, [client, queryKey, query, membership]);

  const { hasNextPage, isFetching, fetchNextPage } = pages;
  const loadMore = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);
  return {
    pages: pages.data?.pages,
    loading: pages.isLoading,
    error: pages.error?.message,
    retry: () => void pages.refetch(),
    loadMore: hasNextPage ? loadMore : undefined,
  };
}

/** Keys of the rows that are in sight once scrolling rests; only they are kept fresh. */
export function useVisible<Row>(keyOf: (row: Row) => string): [string[], (rows: Row[]) => void] {
  const [visible, setVisible] = useState<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onVisible = useCallback(
    (rows: Row[]) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const keys = rows.map(keyOf).slice(0, MOST_VISIBLE);
        // Rows that only changed are no reason to paint once more.
        setVisible((known) => (known.join('\n') === keys.join('\n') ? known : keys));
      }, SETTLE_MS);
    },
    [keyOf],
  );
  return [visible, onVisible];
}

/** The rows of the pages, and over them what the live view says, whichever is the newer. */
export function useFreshRows<Row extends { updatedAt: string }>(
  pages: readonly KeysetPage<Row>[] | undefined,
  live: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const fresh = useRef(new Map<string, Row>());
  return useMemo(() => {
    for (const row of live) fresh.current.set(keyOf(row), row);
    const loaded = pages?.flatMap((page) => page.rows) ?? [];
    return loaded.map((row) => {
      const newer = fresh.current.get(keyOf(row));
      return newer && newer.updatedAt >= row.updatedAt ? newer : row;
    });
  }, [pages, live, keyOf]);
}
