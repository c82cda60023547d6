'use client';

import { useQuery } from '@tanstack/react-query';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Time } from '#components/ui/time.tsx';
import { type TimelineRow, wordsOf } from './timeline-words.ts';

type Document = {
  version: number;
  campaignId: string | null;
  envelope: unknown;
  issuedAt: string;
  expiresAt: string;
};

/** What the vehicle was sent, signed, and what it said, as it was stored. */
export function RawMessages({ vin, rows }: { vin: string; rows: TimelineRow[] }) {
  const documents = useQuery({
    queryKey: ['documents', vin, rows.find(({ kind }) => kind === 'notified')?.id],
    queryFn: ({ signal }) => fetchJson<Document[]>(`/api/vehicles/${vin}/documents`, { signal }),
  });
  const said = rows.filter((row) => row.data !== null || row.sequence !== null);
  return (
    <div className="grid gap-4 px-3 pb-3">
      <section aria-label="Signed documents sent" className="grid gap-1">
        <h3 className="font-semibold">Sent: signed Director documents</h3>
        {documents.isLoading && <Skeleton className="h-8" />}
        {documents.error && <ErrorNote>They could not be read: {documents.error.message}</ErrorNote>}
        {documents.data?.length === 0 && <p className="text-muted">None was made for this vehicle yet.</p>}
        {documents.data?.map((document) => (
          <Raw
            key={document.version}
            title={`Version ${document.version}`}
            at={document.issuedAt}
            content={document.envelope}
          />
        ))}
      </section>
      <section aria-label="Messages received" className="grid gap-1">
        <h3 className="font-semibold">Received</h3>
        {said.length === 0 && <p className="text-muted">No message is stored yet.</p>}
        {said.map((row) => (
          <Raw
            key={row.id}
            title={`${wordsOf(row).word}${row.sequence ? `, sequence ${row.sequence}` : ''}`}
            at={row.at}
            content={row.data ?? { phase: row.phase, code: row.code, ecuId: row.ecuId, detail: row.detail }}
          />
        ))}
      </section>
    </div>
  );
}

function Raw({ title, at, content }: { title: string; at: string; content: unknown }) {
  return (
    <details className="rounded-md border border-line">
      <summary className="flex min-h-8 cursor-pointer items-center gap-2 px-2">
        <span className="font-medium">{title}</span>
        <span className="ml-auto text-muted text-sm">
          <Time at={at} />
        </span>
      </summary>
      <pre className="max-h-96 overflow-auto border-line border-t bg-bg p-2 text-sm">
        {JSON.stringify(content, null, 2)}
      </pre>
    </details>
  );
}
