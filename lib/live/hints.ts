import type { Pool } from 'pg';
import { LIVE_CHANNEL, type LiveHint, type LiveSubject, MAX_HINT_KEYS } from '#lib/protocol/live-hint.ts';

/** What a commit changed; a list that is absent means that any may have changed. */
export type Change = {
  subjects: readonly LiveSubject[];
  vins?: Iterable<string> | undefined;
  /** Whom the subject `seen` is about. */
  seen?: Iterable<string> | undefined;
  campaigns?: Iterable<string> | undefined;
};

const intervalMs = 50;
/** Postgres refuses payloads of 8,000 bytes and more. */
const maxPayloadBytes = 7_900;

export type Hints = ReturnType<typeof publishHints>;

/**
 * Tells open pages what was committed: the first change at once, those of the next 50 ms as one. A hint that
 * is lost costs a second, not the truth, so an error goes to `onError` and nothing is repeated.
 */
export function publishHints(pool: Pick<Pool, 'query'>, onError: (error: unknown) => void = () => undefined) {
  let gathered: Gathered | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<unknown> = Promise.resolve();
  let sent = 0;

  const send = () => {
    timer = undefined;
    if (!gathered) return;
    const payload = encodeHint(gathered);
    gathered = undefined;
    sent++;
    sending = pool.query('SELECT pg_notify($1, $2)', [LIVE_CHANNEL, payload]).catch(onError);
    timer = setTimeout(send, intervalMs);
  };

  return {
    /** Call after the commit only. */
    changed(change: Change): void {
      gathered ??= { subjects: new Set(), vins: new Set(), seen: new Set(), campaigns: new Set() };
      for (const subject of change.subjects) gathered.subjects.add(subject);
      gathered.vins = merge(gathered.vins, change.vins);
      if (change.subjects.includes('seen')) gathered.seen = merge(gathered.seen, change.seen);
      gathered.campaigns = merge(gathered.campaigns, change.campaigns);
      if (timer === undefined) send();
    },
    async stop(): Promise<void> {
      clearTimeout(timer);
      timer = undefined;
      send();
      clearTimeout(timer);
      await sending;
    },
    get sent() {
      return sent;
    },
  };
}

type Gathered = {
  subjects: Set<LiveSubject>;
  vins: Set<string> | undefined;
  seen: Set<string> | undefined;
  campaigns: Set<string> | undefined;
};

/** Beyond the number of keys that a hint names it means "any". */
function merge(known: Set<string> | undefined, more: Iterable<string> | undefined): Set<string> | undefined {
  if (known === undefined || more === undefined) return undefined;
  for (const key of more) {
    known.add(key);
    if (known.size > MAX_HINT_KEYS) return undefined;
  }
  return known;
}

/** What is too long is said less exactly, and who was only seen first. */
function encodeHint({ subjects, vins, seen, campaigns }: Gathered): string {
  const hint: LiveHint = { subjects: [...subjects] };
  const named = {
    ...hint,
    ...(vins && { vins: [...vins] }),
    ...(campaigns && { campaigns: [...campaigns] }),
  };
  const exact = seen && seen.size > 0 ? { ...named, seen: [...seen] } : named;
  const texts = [exact, named, hint].map((one) => JSON.stringify(one));
  return texts.find((text) => Buffer.byteLength(text) <= maxPayloadBytes) ?? JSON.stringify(hint);
}
