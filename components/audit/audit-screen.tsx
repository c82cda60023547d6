'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { EmptyState, ErrorNote, Note } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { AuditEntry } from './audit-entry.tsx';
import { type AuditChoices, AuditFilter } from './audit-filter.tsx';
import { type AuditUrl, auditParsers, auditQueryOf, auditQueryString, WHOLE_LOG } from './audit-url.ts';
import { ChainCheck } from './chain-check.tsx';

export type AuditPage = ViewValue<'audit'>;

type AuditScreenProps = { initialUrl: AuditUrl; initialPage: AuditPage; choices: AuditChoices };

export function AuditScreen(props: AuditScreenProps) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  );
}

const NONE: AuditPage = { rows: [], next: null };

/** The audit log: who changed what, before and after, in a chain that can be checked. */
function Screen({ initialUrl, initialPage, choices }: AuditScreenProps) {
  const [url, setUrl] = useQueryStates(auditParsers, { history: 'push' });
  const key = auditQueryString(url);
  const isInitial = key === auditQueryString(initialUrl);
  const { data, problem } = useLiveView('audit', auditQueryOf(url), isInitial ? initialPage : NONE);
  const older = useOlder(key, data.next);
  const newest = new Set(data.rows.map(({ sequence }) => sequence));
  const rows = [...data.rows, ...older.rows.filter(({ sequence }) => !newest.has(sequence))];
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <ChainCheck />
            <a className={buttonClass()} href={`/api/audit/export?${key}`} download>
              <Download aria-hidden /> CSV
            </a>
          </>
        }
      >
        Every change by a person or by the system, each row chained to the one before by its hash.
      </PageHeader>
      <AuditFilter url={url} choices={choices} onChange={(next) => void setUrl(next)} />
      {problem && (
        <Note tone="warning">The log cannot be read just now ({problem}); this is what was last known.</Note>
      )}
      <Fresh>
        <div className="overflow-hidden rounded-md border border-line bg-surface">
          {rows.length === 0 ? (
            <EmptyState
              title={key ? 'Nothing matches' : 'Nothing has been changed yet'}
              action={key && <Button onClick={() => void setUrl(WHOLE_LOG)}>Show the whole log</Button>}
            >
              {key ? 'No row of the log matches this filter.' : 'The first change by anyone appears here.'}
            </EmptyState>
          ) : (
            <ol aria-label="Audit log" data-testid="audit-log">
              {rows.map((row) => (
                <AuditEntry key={row.sequence} row={row} onNarrow={(next) => void setUrl(next)} />
              ))}
            </ol>
          )}
        </div>
      </Fresh>
      {older.error && (
        <ErrorNote>
          Older rows could not be read: {older.error}{' '}
          <Button size="small" onClick={older.more}>
            Try again
          </Button>
        </ErrorNote>
      )}
      {older.hasMore && (
        <Button className="justify-self-center" disabled={older.loading} onClick={older.more}>
          {older.loading ? 'Reading …' : 'Show older'}
        </Button>
      )}
    </>
  );
}

/** Pages behind the live newest one; asked for one at a time. */
function useOlder(key: string, next: string | null) {
  const [start, setStart] = useState<{ key: string; cursor: string }>();
  const begun = start?.key === key ? start.cursor : undefined;
  const query = useInfiniteQuery({
    queryKey: ['audit', key, begun],
    enabled: begun !== undefined,
    queryFn: ({ pageParam, signal }) =>
      fetchJson<AuditPage>(`/api/audit/rows?${key}&cursor=${encodeURIComponent(pageParam)}`, { signal }),
    initialPageParam: begun ?? '',
    getNextPageParam: (page: AuditPage) => page.next ?? undefined,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.rows) ?? [],
    hasMore: begun === undefined ? next !== null : query.hasNextPage || query.isLoading,
    loading: query.isFetching,
    error: query.error?.message,
    more() {
      if (begun === undefined && next !== null) setStart({ key, cursor: next });
      else void query.fetchNextPage();
    },
  };
}
