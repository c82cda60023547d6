import { formatCount, formatDuration } from '#components/ui/format.ts';

export type Detail = { key: string; label: string; value: string; counter: boolean; bad: boolean };

type Word = { label: string; kind?: 'counter' | 'ms' | 'bad' };

/** What processes say of themselves, in the operators' words; unknown keys are shown by their own name. */
const WORDS: Readonly<Record<string, Word>> = {
  connected: { label: 'Connected clients' },
  queued: { label: 'Queued messages' },
  receipts: { label: 'Receipts', kind: 'counter' },
  refused: { label: 'Refused', kind: 'counter' },
  overflow: { label: 'Queue overflows', kind: 'bad' },
  rejectedConnects: { label: 'Rejected sign-ins', kind: 'counter' },
  state: { label: 'State' },
  slot: { label: 'Slot' },
  mqtt: { label: 'MQTT' },
  shared: { label: 'Shared subscription' },
  leads: { label: 'Leads the engine' },
  messages: { label: 'Messages', kind: 'counter' },
  batches: { label: 'Batches', kind: 'counter' },
  changes: { label: 'Changes stored', kind: 'counter' },
  touched: { label: 'Unchanged reports', kind: 'counter' },
  published: { label: 'Offers published', kind: 'counter' },
  acknowledged: { label: 'Committed-acks', kind: 'counter' },
  quarantined: { label: 'Quarantined', kind: 'counter' },
  hints: { label: 'Live hints', kind: 'counter' },
  held: { label: 'Held PUBACKs' },
  waiting: { label: 'Waiting messages' },
  lagMs: { label: 'Lag', kind: 'ms' },
  perSecond: { label: 'Messages / s' },
  retries: { label: 'Batch retries', kind: 'counter' },
  failed: { label: 'Offers not taken', kind: 'bad' },
  brokerDropped: { label: 'Dropped by broker', kind: 'bad' },
  knownReports: { label: 'Known reports' },
  sockets: { label: 'Open pages' },
  views: { label: 'Open views' },
  frames: { label: 'Frames sent', kind: 'counter' },
  skipped: { label: 'Frames skipped', kind: 'counter' },
  behindMs: { label: 'Behind', kind: 'ms' },
  port: { label: 'Port' },
  store: { label: 'Store' },
};

/** A process's details as lines; nested values stay out, absent ones too. */
export function detailsOf(details: Readonly<Record<string, unknown>>): Detail[] {
  return Object.entries(details).flatMap(([key, value]) => {
    if (value === null || value === undefined || typeof value === 'object') return [];
    const word: Word = WORDS[key] ?? { label: key };
    const number = typeof value === 'number' ? value : undefined;
    return [
      {
        key,
        label: word.label,
        value: textOf(key, value, word),
        counter: word.kind === 'counter' || word.kind === 'bad',
        bad: word.kind === 'bad' && number !== undefined && number > 0,
      },
    ];
  });
}

function textOf(key: string, value: unknown, word: Word): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'number' || key === 'port' || key === 'slot') return String(value);
  return word.kind === 'ms' ? formatDuration(value) : formatCount(Math.round(value));
}
