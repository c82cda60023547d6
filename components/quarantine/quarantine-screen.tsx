'use client';

import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input, Select } from '#components/ui/input.tsx';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { QuarantineItem } from './quarantine-item.tsx';
import {
  QUARANTINE_STATES,
  type QuarantineUrl,
  quarantineParsers,
  quarantineQueryOf,
  quarantineQueryString,
} from './quarantine-url.ts';
import { RegisterAndReplay } from './register-and-replay.tsx';

type QuarantineData = ViewValue<'quarantine'>;
export type QuarantineRow = QuarantineData['rows'][number];
export type QuarantineCan = { replay: boolean; register: boolean };
type QuarantineScreenProps = { initialUrl: QuarantineUrl; initial: QuarantineData; can: QuarantineCan };

export function QuarantineScreen(props: QuarantineScreenProps) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  );
}

const WORDS = { open: 'Open', replayed: 'Replayed', dismissed: 'Dismissed' } as const;

/** Messages that were refused, with their reason and bytes. */
function Screen({ initialUrl, initial, can }: QuarantineScreenProps) {
  const [url, setUrl] = useQueryStates(quarantineParsers, { history: 'push' });
  const key = quarantineQueryString(url);
  const isInitial = key === quarantineQueryString(initialUrl);
  const first = isInitial ? initial : { rows: [], next: null, open: initial.open };
  const { data, problem } = useLiveView('quarantine', quarantineQueryOf(url), first);
  const older = useOlderRows<QuarantineRow>(`/api/quarantine/rows?${key}&`, data.next);
  const rows = joinRows(data.rows, older.rows, ({ id }) => id);
  const messages = data.open.reduce((sum, row) => sum + row.messages, 0);
  const [registering, setRegistering] = useState<string>();
  const [replayed, setReplayed] = useState<string>();
  const narrowed = Boolean(url.reason || url.source || url.vin);
  return (
    <>
      <PageHeader title="Quarantine" actions={<CsvLink href={`/api/quarantine/export?${key}`} />}>
        <Fresh>
          {messages === 0
            ? 'No refused message waits for a decision.'
            : `${formatCount(messages)} refused ${messages === 1 ? 'message' : 'messages'} from ${formatCount(data.open.reduce((sum, row) => sum + row.rows, 0))} sources wait for a decision.`}
        </Fresh>
      </PageHeader>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="State"
          className="w-36"
          value={url.state}
          onChange={({ target }) =>
            void setUrl({ state: QUARANTINE_STATES.find((state) => state === target.value) ?? 'open' })
          }
        >
          {QUARANTINE_STATES.map((state) => (
            <option key={state} value={state}>
              {WORDS[state]}
            </option>
          ))}
        </Select>
        <Input
          key={`source ${url.source ?? ''}`}
          aria-label="Source"
          placeholder="Source or VIN"
          className="w-56 font-mono"
          defaultValue={url.source ?? ''}
          onBlur={({ target }) => void setUrl({ source: target.value.trim() || null })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void setUrl({ source: event.currentTarget.value.trim() || null });
          }}
        />
        <ReasonMarks open={data.open} reason={url.reason} onReason={(reason) => void setUrl({ reason })} />
        {narrowed && (
          <Button
            look="quiet"
            size="small"
            onClick={() => void setUrl({ reason: null, source: null, vin: null })}
          >
            Clear
          </Button>
        )}
      </div>
      {problem && (
        <Note tone="warning">
          The quarantine cannot be read just now ({problem}); this is what was last known.
        </Note>
      )}
      {replayed && (
        <Note tone={replayed.includes('refused again') ? 'warning' : 'done'} role="status">
          {replayed}
        </Note>
      )}
      {registering && (
        <RegisterAndReplay key={registering} vin={registering} onClose={() => setRegistering(undefined)} />
      )}
      <Fresh>
        <div className="overflow-hidden rounded-md border border-line bg-surface">
          {rows.length === 0 ? (
            <EmptyState
              title={
                narrowed ? 'Nothing matches' : url.state === 'open' ? 'Quarantine is empty' : 'Nothing here'
              }
            >
              {url.state === 'open' && !narrowed
                ? 'A message that is invalid, too large, of an unknown vehicle or of a foreign topic would be kept here, with its reason and bytes.'
                : 'No row of the quarantine is in this state and fits the filter.'}
            </EmptyState>
          ) : (
            <ul aria-label="Quarantined messages" data-testid="quarantine">
              {rows.map((row) => (
                <QuarantineItem
                  key={row.id}
                  row={row}
                  can={can}
                  open={url.row === row.id}
                  onRegister={setRegistering}
                  onReplayed={setReplayed}
                  onOpen={(open) => void setUrl({ row: open ? row.id : null }, { history: 'replace' })}
                />
              ))}
            </ul>
          )}
        </div>
      </Fresh>
      <OlderRows older={older} />
    </>
  );
}

/** The open reasons with their counts; each narrows the list. */
function ReasonMarks({
  open,
  reason,
  onReason,
}: {
  open: QuarantineData['open'];
  reason: string | null;
  onReason(reason: string | null): void;
}) {
  return (
    <>
      {open.map((one) => (
        <Button
          key={one.reason}
          size="small"
          title={one.words}
          aria-pressed={reason === one.reason}
          className={reason === one.reason ? 'border-accent bg-raised' : ''}
          onClick={() => onReason(reason === one.reason ? null : one.reason)}
        >
          {one.reason.replaceAll('_', ' ')} <span className="text-muted">{formatCount(one.messages)}</span>
        </Button>
      ))}
      {reason && !open.some((one) => one.reason === reason) && (
        <Button size="small" aria-pressed className="border-accent bg-raised" onClick={() => onReason(null)}>
          {reason.replaceAll('_', ' ')} <span className="text-muted">0</span>
        </Button>
      )}
    </>
  );
}
