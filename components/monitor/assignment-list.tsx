'use client';

import { useQueryStates } from 'nuqs';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState, ErrorNote } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { AssignmentFilter } from './assignment-filter.tsx';
import { AssignmentTable } from './assignment-table.tsx';
import { type AssignmentUrl, assignmentParsers, assignmentQuery, EVERY_VEHICLE } from './assignment-url.ts';
import type { Monitored } from './monitor-types.ts';
import { type AssignmentPage, useAssignments } from './use-assignments.ts';

type AssignmentListProps = { campaign: Monitored; initial: { url: AssignmentUrl; page: AssignmentPage } };

/** The campaign's vehicles, narrowed by state, wave and reason in the URL. */
export function AssignmentList({ campaign, initial }: AssignmentListProps) {
  const [url, setUrl] = useQueryStates(assignmentParsers, { history: 'push' });
  const list = useAssignments(campaign.id, url, initial, expectedOf(campaign, url));
  const narrowed = assignmentQuery(url) !== '';
  return (
    <div id="vehicles" className="scroll-mt-16 print:hidden">
      <Panel
        title="Vehicles"
        flush
        actions={
          <span className="flex flex-wrap items-center gap-2">
            <span className="text-muted" data-testid="assignment-count">
              {formatCount(list.total)} {list.total === 1 ? 'vehicle' : 'vehicles'}
            </span>
            <CsvLink small href={`/api/campaigns/${campaign.id}/export?${assignmentQuery(url)}`} />
          </span>
        }
      >
        <AssignmentFilter campaign={campaign} url={url} onChange={(next) => void setUrl(next)} />
        {list.error && (
          <ErrorNote className="m-3">
            The vehicles could not be read: {list.error}{' '}
            <Button size="small" onClick={list.retry}>
              Try again
            </Button>
          </ErrorNote>
        )}
        {list.loading && (
          <div role="status" aria-label="Loading vehicles" className="grid gap-4 p-4">
            {['1', '2', '3', '4', '5', '6'].map((row) => (
              <Skeleton key={row} />
            ))}
          </div>
        )}
        {!list.loading && !list.error && list.rows.length === 0 && (
          <EmptyState
            title={narrowed ? 'No vehicle matches' : 'No vehicle is planned yet'}
            action={narrowed && <Button onClick={() => void setUrl(EVERY_VEHICLE)}>Show all vehicles</Button>}
          >
            {narrowed
              ? 'No vehicle of this campaign is in that state just now.'
              : 'The vehicles are decided when the campaign starts.'}
          </EmptyState>
        )}
        {list.rows.length > 0 && (
          <AssignmentTable
            campaign={campaign}
            rows={list.rows}
            total={list.total}
            onEndReached={list.loadMore}
            onVisible={list.onVisible}
          />
        )}
      </Panel>
    </div>
  );
}

/** The live count of a selection that the counters know; undefined where they do not. */
function expectedOf(campaign: Monitored, url: AssignmentUrl): number | undefined {
  if (url.reason !== null || url.ecu !== null || url.from !== null || url.acknowledged !== null)
    return undefined;
  const states: readonly string[] = url.state;
  return campaign.counts.reduce(
    (sum, { wave, state, count }) =>
      (url.wave === null || wave === url.wave - 1) && (states.length === 0 || states.includes(state))
        ? sum + count
        : sum,
    0,
  );
}
