'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { formatCount, formatDuration, formatShare } from '#components/ui/format.ts';
import { EmptyState } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import type { Pace } from './monitor-types.ts';

/** How long vehicles take to acknowledge, as bars or as a table. */
export function LatencyHistogram({ pace }: { pace: Pace }) {
  const [table, setTable] = useState(false);
  const { latency } = pace;
  if (!latency) {
    return (
      <Panel title="Acknowledgment latency">
        <EmptyState title="Nothing acknowledged yet">
          From notification to the vehicle's own acknowledgment, by the server's clock.
        </EmptyState>
      </Panel>
    );
  }
  const buckets = trimmed(latency.buckets, latency.bounds);
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const summary = `median ${formatDuration(latency.p50)}, 95 % within ${formatDuration(latency.p95)}, 99 % within ${formatDuration(latency.p99)}; the newest ${formatCount(latency.samples)} acknowledgments`;
  return (
    <Panel
      title="Acknowledgment latency"
      flush={table}
      actions={
        <Button
          size="small"
          look="quiet"
          data-print="hide"
          aria-pressed={table}
          onClick={() => setTable(!table)}
        >
          {table ? 'Show as chart' : 'Show as table'}
        </Button>
      }
    >
      {table ? (
        <PlainTable
          label="Acknowledgments by latency"
          columns={[
            { header: 'Acknowledged' },
            { header: 'Vehicles', align: 'end' },
            { header: 'Share', align: 'end' },
          ]}
          rows={buckets.map(({ label, count }) => ({
            key: label,
            cells: [label, formatCount(count), formatShare(count, latency.samples)],
          }))}
        />
      ) : (
        <figure className="grid gap-2">
          <figcaption className="sr-only">Acknowledgment latency: {summary}</figcaption>
          <div
            aria-hidden
            className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2 gap-y-1 text-sm"
          >
            {buckets.map(({ label, count }) => (
              <div key={label} className="col-span-3 grid grid-cols-subgrid items-center">
                <span className="text-right text-muted">{label}</span>
                <span className="h-3">
                  <span
                    className="block h-full rounded-[2px] bg-running"
                    style={{ width: `${(100 * count) / most}%`, minWidth: count > 0 ? 2 : 0 }}
                  />
                </span>
                <span className="text-right">{formatCount(count)}</span>
              </div>
            ))}
          </div>
        </figure>
      )}
      <p className={table ? 'px-4 py-2 text-muted text-sm' : 'mt-3 text-muted text-sm'}>{summary}</p>
    </Panel>
  );
}

/** Buckets with their names, without the empty ones at both ends. */
function trimmed(counts: readonly number[], bounds: readonly number[]) {
  const buckets = counts.map((count, index) => ({ count, label: labelOf(bounds, index) }));
  const first = buckets.findIndex(({ count }) => count > 0);
  const last = buckets.findLastIndex(({ count }) => count > 0);
  return buckets.slice(Math.max(0, first - 1), Math.min(buckets.length, last + 2));
}

function labelOf(bounds: readonly number[], index: number): string {
  const upper = bounds[index];
  return upper === undefined ? `over ${short(bounds.at(-1) ?? 0)}` : `< ${short(upper)}`;
}

function short(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1000} s`;
  if (ms < 3_600_000) return `${ms / 60_000} min`;
  return ms < 86_400_000 ? `${ms / 3_600_000} h` : `${ms / 86_400_000} d`;
}
