'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from './button.tsx';
import { fetchJson } from './fetch-json.ts';
import { ErrorNote } from './notes.tsx';

type RowsPage<Row> = { rows: Row[]; next: string | null };

export type Older<Row> = {
  rows: Row[];
  hasMore: boolean;
  loading: boolean;
  error: string | undefined;
  more(): void;
};

/** Pages behind a live newest one, whose cursor is `next`; asked for one at a time. `url` ends where `cursor=` follows. */
export function useOlderRows<Row>(url: string, next: string | null): Older<Row> {
  const [start, setStart] = useState<{ url: string; cursor: string }>();
  const begun = start?.url === url ? start.cursor : undefined;
  const query = useInfiniteQuery({
    queryKey: ['older', url, begun],
    enabled: begun !== undefined,
    queryFn: ({ pageParam, signal }) =>
      fetchJson<RowsPage<Row>>(`${url}cursor=${encodeURIComponent(pageParam)}`, { signal }),
    initialPageParam: begun ?? '',
    getNextPageParam: (page: RowsPage<Row>) => page.next ?? undefined,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.rows) ?? [],
    hasMore: begun === undefined ? next !== null : query.hasNextPage || query.isLoading,
    // Not when what is there is read again in the background.
    loading: query.isFetchingNextPage || query.isLoading,
    error: query.error?.message,
    more() {
      if (begun === undefined && next !== null) setStart({ url, cursor: next });
      else if (query.isLoadingError) void query.refetch();
      else void query.fetchNextPage();
    },
  };
}

/** The live rows, and behind them the older ones that they do not hold. */
export function joinRows<Row>(
  live: readonly Row[],
  older: readonly Row[],
  idOf: (row: Row) => string,
): Row[] {
  const newest = new Set(live.map(idOf));
  return [...live, ...older.filter((row) => !newest.has(idOf(row)))];
}

/** The button that brings the next page, or what went wrong with it. */
export function OlderRows({ older, label = 'Show older' }: { older: Older<unknown>; label?: string }) {
  if (older.error) {
    return (
      <ErrorNote className="mx-3 mb-3">
        More rows could not be read: {older.error}{' '}
        <Button size="small" onClick={older.more}>
          Try again
        </Button>
      </ErrorNote>
    );
  }
  if (!older.hasMore) return null;
  return (
    <div className="grid place-items-center p-3">
      <Button disabled={older.loading} onClick={older.more}>
        {older.loading ? 'Reading …' : label}
      </Button>
    </div>
  );
}
