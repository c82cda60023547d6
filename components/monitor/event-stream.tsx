'use client';

import Link from 'next/link';
import { useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { formatDuration } from '#components/ui/format.ts';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { ASSIGNMENT_STATUS, TONE_GLYPH, TONE_TEXT } from '#components/ui/tones.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import type { ViewValue } from '#lib/live/views.ts';
import type { StreamEvent } from './monitor-types.ts';

type Stream = ViewValue<'campaign-stream'>;

/** More than its frame shows; the rest can only be scrolled to, and comes in the browser. */
const FIRST_EVENTS = 20;

/** A region that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** What vehicles say, newest first; it stands still while it is pointed at or has the focus. */
export function EventStream({ campaignId, initial }: { campaignId: string; initial: Stream }) {
  const { data, problem } = useLiveView('campaign-stream', { id: campaignId }, initial);
  const [held, setHeld] = useState<Stream>();
  const newestHeld = BigInt(held?.events[0]?.id ?? 0);
  const missed = held ? data.events.filter(({ id }) => BigInt(id) > newestHeld).length : 0;
  const shown = held ?? data;
  const events = useHydrated() ? shown.events : shown.events.slice(0, FIRST_EVENTS);
  return (
    <Panel
      title="Acknowledgments and status"
      flush
      actions={
        held ? (
          <Status tone="held">
            Held{missed > 0 && `, ${missed === data.events.length ? `${missed}+` : missed} new`}
          </Status>
        ) : (
          <span className="text-muted text-sm">stands still under the pointer</span>
        )
      }
    >
      {problem && (
        <Note tone="warning" className="m-3">
          The stream cannot be read just now ({problem}).
        </Note>
      )}
      {shown.events.length === 0 ? (
        <EmptyState title="Nothing heard yet">
          Each offer, acknowledgment and report of progress appears here as it comes.
        </EmptyState>
      ) : (
        <section
          aria-label="Newest events"
          {...scrollable}
          data-inset-focus
          data-testid="event-stream"
          data-held={held ? true : undefined}
          className="max-h-96 overflow-y-auto"
          // Only a pointer that moves holds it: one that rests there while the page comes up did not ask for it.
          onPointerMove={({ movementX, movementY }) => {
            if (movementX !== 0 || movementY !== 0) setHeld((before) => before ?? data);
          }}
          onPointerLeave={(event) => {
            if (!event.currentTarget.contains(document.activeElement)) setHeld(undefined);
          }}
          onFocus={() => setHeld((before) => before ?? data)}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setHeld(undefined);
          }}
        >
          <ol>
            {events.map((event) => (
              <EventLine key={event.id} event={event} />
            ))}
          </ol>
        </section>
      )}
    </Panel>
  );
}

/** One event of one vehicle on a line. */
export function EventLine({ event }: { event: StreamEvent }) {
  const { tone, word } = appearanceOf(event);
  return (
    <li className="flex flex-wrap items-baseline gap-x-2.5 border-line/70 border-b px-4 py-1 last:border-b-0">
      <span aria-hidden className={`w-3 text-center font-mono text-xs ${TONE_TEXT[tone]}`}>
        {TONE_GLYPH[tone]}
      </span>
      <Link prefetch={false} href={`/fleet/${event.vin}`} className="font-mono text-sm hover:underline">
        {event.vin}
      </Link>
      <span className="min-w-0 break-words">
        {word}
        {event.ecuId && <span className="text-muted"> · {event.ecuId}</span>}
        {event.code && <span className="text-muted"> · {event.code}</span>}
      </span>
      <span className="ml-auto flex gap-2 text-muted text-sm">
        {event.latencyMs !== null && <span>{formatDuration(event.latencyMs)}</span>}
        <Time at={event.at} />
      </span>
    </li>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  notified: 'Notified',
  delivered: 'Delivered',
  inventory: 'Inventory',
  presence: 'Presence',
  timer: 'Timer',
  cancel_requested: 'Cancellation sent',
  cancelled: 'Cancelled',
  retry: 'Tried again',
  excluded: 'Excluded',
  queued_again: 'Queued again',
  campaign_ended: 'Campaign ended',
};

function appearanceOf(event: StreamEvent) {
  const moved = AssignmentState.safeParse(event.toState === event.fromState ? undefined : event.toState);
  if (moved.success) return ASSIGNMENT_STATUS[moved.data];
  if (event.kind === 'delivered') return { tone: 'offline' as const, word: 'Delivery receipt, came late' };
  const phase = event.phase?.replaceAll('_', ' ') ?? KINDS[event.kind] ?? event.kind.replaceAll('_', ' ');
  return { tone: 'offline' as const, word: phase.charAt(0).toUpperCase() + phase.slice(1) };
}
