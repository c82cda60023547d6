'use client';

import { Status } from '#components/ui/status.tsx';
import { useFreshness } from './live-provider.tsx';

/** Says at all times whether the page shows the present. */
export function FreshnessBadge() {
  const freshness = useFreshness();
  return (
    <span role="status" aria-live="polite" className="inline-flex" data-freshness={freshness.state}>
      {freshness.state === 'live' && <Status tone="done">Live</Status>}
      {freshness.state === 'connecting' && <Status tone="offline">Connecting</Status>}
      {freshness.state === 'behind' && (
        <Status tone="warning">Behind by {Math.max(1, Math.round(freshness.behindMs / 1000))} s</Status>
      )}
      {freshness.state === 'disconnected' && (
        <Status tone="failed">
          Disconnected <span className="hidden sm:inline">since {timeOf(freshness.since)}</span>
        </Status>
      )}
    </span>
  );
}

function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}
