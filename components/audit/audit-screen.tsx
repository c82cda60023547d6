'use client';

import { useQueryStates } from 'nuqs';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
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

/** The audit log: who changed what, before and after, in a chain that can be checked. */
function Screen({ initialUrl, initialPage, choices }: AuditScreenProps) {
  const [url, setUrl] = useQueryStates(auditParsers, { history: 'push' });
  const key = auditQueryString(url);
  const isInitial = key === auditQueryString(initialUrl);
  const { data, problem } = useLiveView(
    'audit',
    auditQueryOf(url),
    isInitial ? initialPage : { ...initialPage, rows: [], next: null },
  );
  const older = useOlderRows<AuditPage['rows'][number]>(`/api/audit/rows?${key}&`, data.next);
  const rows = joinRows(data.rows, older.rows, ({ sequence }) => sequence);
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <ChainCheck />
            <CsvLink href={`/api/audit/export?${key}`} />
          </>
        }
      >
        <span data-testid="audit-count">
          {formatCount(data.total)} {data.total === 1 ? 'row' : 'rows'}
        </span>
        {key ? ' match. ' : '. '}
        Every change by a person or by the system, each chained to the one before by its hash.
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
      <OlderRows older={older} />
    </>
  );
}
