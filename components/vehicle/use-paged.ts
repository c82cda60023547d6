'use client';

import { useState } from 'react';

type Page<Row> = { rows: Row[]; next: string | null };
type Paged<Row> = { rows: Row[]; busy: boolean; error: string | undefined; more: (() => void) | undefined };

/**
 * A live first page with older pages behind it. Rows that the live page pushes out are kept, so that none is
 * lost between it and the older ones.
 */
export function usePaged<Row extends { id: string }>(
  live: Page<Row>,
  fetchPage: (cursor: string) => Promise<Page<Row>>,
): Paged<Row> {
  const [older, setOlder] = useState<{ rows: Row[]; next: string | null }>();
  const [seen, setSeen] = useState(live.rows);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  if (older && seen !== live.rows && seen[0]?.id !== live.rows[0]?.id) {
    const present = new Set(live.rows.map(({ id }) => id));
    const kept = new Set(older.rows.map(({ id }) => id));
    const pushed = seen.filter(({ id }) => !present.has(id) && !kept.has(id));
    setSeen(live.rows);
    if (pushed.length > 0) setOlder({ ...older, rows: [...pushed, ...older.rows] });
  }
  const next = older ? older.next : live.next;
  const read = async (cursor: string) => {
    setBusy(true);
    setError(undefined);
    try {
      const page = await fetchPage(cursor);
      setSeen(live.rows);
      setOlder((known) => ({ rows: [...(known?.rows ?? []), ...page.rows], next: page.next }));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  return {
    rows: older ? [...live.rows, ...older.rows] : live.rows,
    busy,
    error,
    more: next === null ? undefined : () => void read(next),
  };
}
