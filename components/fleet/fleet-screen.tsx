'use client';

import { useQueryStates } from 'nuqs';
import { VersionCourse } from '#components/catalog/version-course.tsx';
import { toggleCondition } from '#components/filter/combine-filter.ts';
import { FilterBar } from '#components/filter/filter-bar.tsx';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { useUnpacked } from '#components/live/use-unpacked.ts';
import type { JobReader } from '#components/settings/job-line.tsx';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { CheckboxLine } from '#components/ui/input.tsx';
import { EmptyState, ErrorNote, Note } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { printFilter } from '#lib/domain/filter-text.ts';
import type { TargetCondition } from '#lib/domain/target-filter.ts';
import type { Packed } from '#lib/live/packed.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { FacetPanel } from './facet-panel.tsx';
import { FindVins } from './find-vins.tsx';
import { type FleetPage, useFleetRows } from './fleet-rows.ts';
import { FleetTable } from './fleet-table.tsx';
import { type FleetUrl, fleetParsers, fleetQueryString, readFilter } from './fleet-url.ts';
import { ImportVehicles } from './import-vehicles.tsx';
import { RegisterVehicle } from './register-vehicle.tsx';
import { type SavedView, SavedViews } from './saved-views.tsx';
import { TagVehicles } from './tag-vehicles.tsx';

type FleetInitial = { url: FleetUrl; page: FleetPage; facets: ViewValue<'fleet-facets'> };

type FleetScreenProps = {
  initial: Packed<FleetInitial>;
  views: SavedView[];
  reader: JobReader;
  mayTag: boolean;
};

export function FleetScreen({ initial, ...props }: FleetScreenProps) {
  return (
    <QueryProvider>
      <Screen initial={useUnpacked(initial)} {...props} />
    </QueryProvider>
  );
}

const ATTENTION_WORDS = {
  tcu_replaced: 'whose TCU was replaced and nobody confirmed it',
  blocked: 'that a failed rollback blocks',
  incomplete: 'whose registration is incomplete',
  swapped: 'with an ECU that was swapped',
} as const;

const WHOLE_FLEET = { q: '', attention: null, retired: false };

type ScreenProps = Omit<FleetScreenProps, 'initial'> & { initial: FleetInitial };

function Screen({ initial, views, reader, mayTag }: ScreenProps) {
  const [url, setUrl] = useQueryStates(fleetParsers, { history: 'push' });
  const { filter, errors } = readFilter(url.q);
  const attention = url.attention ? { attention: url.attention } : {};
  const params = { filter, retired: url.retired, ...attention, ...(url.ecu ? { ecuType: url.ecu } : {}) };
  const { data: facets, problem } = useLiveView('fleet-facets', params, initial.facets);
  const valid = errors.length === 0;
  const table = useFleetRows(url, initial.url, initial.page, valid, facets.total);

  const toggle = (condition: TargetCondition) => {
    const next = toggleCondition(filter, condition);
    void setUrl({ q: next.kind === 'all' ? '' : printFilter(next) });
  };
  const clear = () => void setUrl(WHOLE_FLEET);
  const walk = fleetQueryString(url);

  return (
    <>
      <PageHeader
        title="Fleet"
        actions={
          <>
            <SavedViews views={views} query={walk} filter={filter} />
            <CsvLink href={`/api/fleet/export?${walk}`} />
            <FindVins
              mayTag={mayTag}
              onFilter={(values) =>
                void setUrl({
                  ...WHOLE_FLEET,
                  q: printFilter({ kind: 'text', field: 'vin', operator: 'in', values }),
                })
              }
              onTag={(tag) =>
                void setUrl({
                  ...WHOLE_FLEET,
                  q: printFilter({ kind: 'text', field: 'tag', operator: '=', values: [tag] }),
                })
              }
            />
            {mayTag && valid && (
              <TagVehicles selection={{ filter, retired: url.retired, ...attention }} count={facets.total} />
            )}
            {reader.mayRegister && <ImportVehicles reader={reader} />}
            {reader.mayRegister && <RegisterVehicle />}
          </>
        }
      >
        <Fresh>
          <span data-testid="fleet-count">
            {valid ? countWords(facets.total, url.retired) : 'The filter cannot be read'}
          </span>
        </Fresh>
      </PageHeader>
      <FilterBar text={url.q} onApply={(q) => void setUrl({ q })} label="Filter vehicles" />
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <CheckboxLine
          label="Retired vehicles"
          checked={url.retired}
          onChange={(event) => void setUrl({ retired: event.target.checked })}
        />
        {url.attention && (
          <span className="inline-flex items-center gap-2">
            Only vehicles {ATTENTION_WORDS[url.attention]}
            <Button size="small" onClick={() => void setUrl({ attention: null })}>
              Show all
            </Button>
          </span>
        )}
      </div>
      {problem && (
        <Note tone="warning">The counts cannot be read just now ({problem}); these are the last known.</Note>
      )}
      <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {valid && (
          <FacetPanel
            facets={facets}
            filter={filter}
            onToggle={toggle}
            onEcuType={(ecu) => void setUrl({ ecu })}
            course={url.course}
            onCourse={(course) => void setUrl({ course })}
          />
        )}
        {url.course && facets.ecuType !== null && (
          <VersionCourse ecuType={facets.ecuType} scope="The whole fleet, whatever is filtered." />
        )}
        <div className="overflow-hidden rounded-md border border-line bg-surface">
          {table.error && (
            <ErrorNote className="m-3">
              The vehicles could not be read: {table.error}{' '}
              <Button size="small" onClick={table.retry}>
                Try again
              </Button>
            </ErrorNote>
          )}
          {table.loading && <Loading />}
          {!table.loading && table.rows.length === 0 && !table.error && (
            <Nothing
              filtered={walk.includes('q=') || url.retired || url.attention !== null}
              valid={valid}
              onClear={clear}
            />
          )}
          {table.rows.length > 0 && (
            <FleetTable
              rows={table.rows}
              total={facets.total}
              sort={url.sort}
              descending={url.desc}
              onSort={(sort, desc) => void setUrl({ sort, desc })}
              onEndReached={table.loadMore}
              onVisible={table.onVisible}
              hrefOf={(vin) => `/fleet/${vin}?from=${encodeURIComponent(walk)}`}
            />
          )}
        </div>
      </Fresh>
    </>
  );
}

function countWords(count: number, retired: boolean): string {
  return `${formatCount(count)} ${retired ? 'retired ' : ''}${count === 1 ? 'vehicle' : 'vehicles'}`;
}

function Loading() {
  return (
    <div role="status" aria-label="Loading vehicles" className="grid gap-4 p-4">
      {['1', '2', '3', '4', '5', '6', '7', '8'].map((row) => (
        <Skeleton key={row} />
      ))}
    </div>
  );
}

function Nothing({ filtered, valid, onClear }: { filtered: boolean; valid: boolean; onClear(): void }) {
  if (!valid) {
    return (
      <EmptyState title="The filter cannot be read">
        Correct it above: its place and what was expected are marked.
      </EmptyState>
    );
  }
  if (filtered) {
    return (
      <EmptyState title="No vehicle matches" action={<Button onClick={onClear}>Show the whole fleet</Button>}>
        The filter above selects none of the registered vehicles.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No vehicle is registered yet">
      Register one, or import a CSV file. Each vehicle gets a credential with which its TCU signs in to the
      broker.
    </EmptyState>
  );
}
