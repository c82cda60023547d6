'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { QUARANTINE_REASONS } from '#lib/domain/quarantine-reason.ts';
import type { QuarantineRow } from './quarantine-screen.tsx';

type OlderPage = { rows: Omit<QuarantineRow, 'reasonWords'>[]; next: string | null };

/** Pages behind the live newest one; asked for one at a time. */
export function useOlderRows(key: string, next: string | null) {
  const [start, setStart] = useState<{ key: string; cursor: string }>();
  const begun = start?.key === key ? start.cursor : undefined;
  const query = useInfiniteQuery({
    queryKey: ['quarantine', key, begun],
    enabled: begun !== undefined,
    queryFn: ({ pageParam, signal }) =>
      fetchJson<OlderPage>(`/api/quarantine/rows?${key}&cursor=${encodeURIComponent(pageParam)}`, { signal }),
    initialPageParam: begun ?? '',
    getNextPageParam: (page: OlderPage) => page.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return {
    rows: rows.map((row) => ({ ...row, reasonWords: wordsOf(row.reason) })),
    hasMore: begun === undefined ? next !== null : query.hasNextPage || query.isLoading,
    loading: query.isFetching,
    error: query.error?.message,
    more() {
      if (begun === undefined && next !== null) setStart({ key, cursor: next });
      else void query.fetchNextPage();
    },
  };
}

const WORDS: Readonly<Record<string, string>> = QUARANTINE_REASONS;

function wordsOf(reason: string): string {
  return WORDS[reason] ?? reason;
}
