'use client';

import { useQueryStates } from 'nuqs';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input, Select } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { RELEASE_STATUS } from '#components/ui/tones.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { type Release, ReleaseTable } from './release-table.tsx';
import {
  RELEASE_STATES,
  type ReleaseUrl,
  releaseParsers,
  releaseQueryOf,
  releaseQueryString,
} from './release-url.ts';

type ReleaseListProps = { initialUrl: ReleaseUrl; initial: ViewValue<'release-list'> };

/** All releases, narrowed by a text and a state, in an order; the URL holds all of it. */
export function ReleaseList(props: ReleaseListProps) {
  return (
    <QueryProvider>
      <List {...props} />
    </QueryProvider>
  );
}

function List({ initialUrl, initial }: ReleaseListProps) {
  const [url, setUrl] = useQueryStates(releaseParsers);
  const key = releaseQueryString(url);
  const isInitial = key === releaseQueryString(initialUrl);
  const first = isInitial ? initial : { ...initial, rows: [], next: null };
  const { data, problem } = useLiveView('release-list', releaseQueryOf(url), first);
  const older = useOlderRows<Release>(`/api/catalog/releases?${key}&`, data.next);
  const releases = joinRows(data.rows, older.rows, ({ id }) => id);
  const narrowed = url.q !== '' || url.state !== null;
  return (
    <Panel flush>
      <div className="flex flex-wrap items-center gap-2 border-line border-b p-3">
        <Input
          type="search"
          aria-label="Search releases"
          placeholder="ECU type, version or hardware"
          className="max-w-80"
          value={url.q}
          onChange={({ target }) => void setUrl({ q: target.value || null })}
        />
        <Select
          aria-label="State"
          className="w-40"
          value={url.state ?? ''}
          onChange={({ target }) =>
            void setUrl({ state: RELEASE_STATES.find((state) => state === target.value) ?? null })
          }
        >
          <option value="">All states</option>
          {RELEASE_STATES.map((value) => (
            <option key={value} value={value}>
              {RELEASE_STATUS[value]?.word}
            </option>
          ))}
        </Select>
        {narrowed && (
          <Button look="quiet" onClick={() => void setUrl({ q: null, state: null })}>
            Clear
          </Button>
        )}
        <span className="ml-auto text-muted" data-testid="release-count">
          {data.selected === data.all
            ? formatCount(data.all)
            : `${formatCount(data.selected)} of ${formatCount(data.all)}`}{' '}
          {data.all === 1 ? 'release' : 'releases'}
        </span>
        <CsvLink href={`/api/catalog/releases/export?${key}`} />
      </div>
      {problem && <ErrorNote className="m-3">{problem}</ErrorNote>}
      <ReleaseTable
        releases={releases}
        order={{
          sort: url.sort,
          descending: url.desc,
          onSort: (sort, desc) => void setUrl({ sort, desc }),
        }}
        empty={data.all === 0 ? 'There is no release yet.' : 'No release fits the search.'}
      />
      <OlderRows older={older} label="Show more" />
    </Panel>
  );
}
