'use client';

import { useQuery } from '@tanstack/react-query';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { formatBytes } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Time } from '#components/ui/time.tsx';
import { hexLines, readable } from './readable.ts';

type Kept = {
  messages: {
    id: string;
    topic: string;
    qos: number;
    payloadBytes: number;
    receivedAt: string;
    replayedAt: string | null;
    outcome: string | null;
    text: string | null;
    hex: string;
  }[];
};

/** A region that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** The messages that were kept of a quarantine row, their bytes readable. */
export function KeptMessages({ id }: { id: string }) {
  const kept = useQuery({
    queryKey: ['quarantine row', id],
    queryFn: ({ signal }) => fetchJson<Kept>(`/api/quarantine/${id}`, { signal }),
  });
  return (
    <div className="grid gap-3 border-line/70 border-t bg-raised/40 px-4 py-3 sm:pl-11">
      {kept.isLoading && <Skeleton className="h-20" />}
      {kept.error && <ErrorNote>The messages could not be read: {kept.error.message}</ErrorNote>}
      {kept.data?.messages.length === 0 && (
        <p className="text-muted">No message was kept; only their number is known.</p>
      )}
      {kept.data?.messages.map((message) => (
        <article key={message.id} className="grid min-w-0 gap-1" aria-label={`Message to ${message.topic}`}>
          <p className="flex flex-wrap gap-x-3 text-muted text-sm">
            <span className="break-all font-mono">{message.topic}</span>
            <span>QoS {message.qos}</span>
            <span>{formatBytes(message.payloadBytes)}</span>
            <Time at={message.receivedAt} />
            {message.outcome && <span>replayed: {message.outcome}</span>}
          </p>
          <pre
            {...scrollable}
            className="max-h-72 overflow-auto whitespace-pre-wrap break-all rounded-md border border-line bg-surface p-3 text-sm"
          >
            {message.text === null ? hexLines(message.hex) : readable(message.text)}
          </pre>
          {message.payloadBytes > message.hex.length / 2 && message.text === null && (
            <p className="text-muted text-sm">
              Only the first {formatBytes(message.hex.length / 2)} are shown.
            </p>
          )}
        </article>
      ))}
    </div>
  );
}
