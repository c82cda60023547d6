'use client';

import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { segmentsOf } from '#components/ui/campaign-segments.ts';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { formatInstant } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import type { CoursePoint } from './course-points.ts';
import { EventLine } from './event-stream.tsx';
import type { StreamEvent } from './monitor-types.ts';

type ReplayProps = {
  campaignId: string;
  /** Counted from one; all waves where it is empty. */
  wave: string;
  points: CoursePoint[];
  index: number;
  onIndex(index: number): void;
};

const STEP_MS = 300;

/** Goes through the event log by a slider: the bar as it was at that moment, and what was heard just before. */
export function Replay({ campaignId, wave, points, index, onIndex }: ReplayProps) {
  const id = useId();
  const [playing, setPlaying] = useState(false);
  const atEnd = index >= points.length - 1;
  useEffect(() => {
    if (!playing) return;
    if (atEnd) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onIndex(index + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, atEnd, index, onIndex]);

  const point = points[index];
  const lastId = point?.lastId ?? null;
  const events = useQuery({
    queryKey: ['events', campaignId, wave, lastId],
    enabled: lastId !== null && !playing,
    queryFn: ({ signal }) =>
      fetchJson<{ events: StreamEvent[] }>(
        `/api/campaigns/${campaignId}/events?until=${lastId}${wave && `&wave=${wave}`}`,
        { signal },
      ),
  });
  if (!point) return null;
  const time = formatInstant(new Date(point.at));
  const counts = Object.entries(point.counts).map(([state, count]) => ({ state, count }));
  return (
    <div className="grid gap-3 border-line border-t pt-3" data-print="hide">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          size="icon"
          aria-label={playing ? 'Stop the replay' : 'Play'}
          onClick={() => {
            if (!playing && atEnd) onIndex(0);
            setPlaying(!playing);
          }}
        >
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
        <label htmlFor={id} className="sr-only">
          Instant of the replay
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={points.length - 1}
          value={index}
          aria-valuetext={time}
          onChange={(event) => onIndex(Number(event.target.value))}
          className="h-6 min-w-40 flex-1 accent-accent"
        />
        <output htmlFor={id} className="font-mono" data-testid="replay-time">
          {time}
        </output>
      </div>
      <WaveBar legend label={`At ${time}`} segments={segmentsOf(counts)} />
      {events.error && <ErrorNote>The events could not be read: {events.error.message}</ErrorNote>}
      {!playing && events.data && lastId !== null && (
        <ol
          aria-label={`Events up to ${time}`}
          className="max-h-60 overflow-y-auto rounded-md border border-line"
        >
          {events.data.events.slice(0, 12).map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ol>
      )}
    </div>
  );
}
