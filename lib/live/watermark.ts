import type { Pool } from 'pg';
import type { LiveHint, LiveSubject } from '#lib/protocol/live-hint.ts';

type Marks = { timeline: string; audit: string; quarantine: string; xmin: string; xmax: string };

/** Whose rows move with which append-only table; people's changes all leave an audit row. */
const SUBJECTS: Record<'timeline' | 'audit' | 'quarantine', LiveSubject[]> = {
  timeline: ['vehicle', 'campaign'],
  audit: ['vehicle', 'campaign', 'catalog', 'quarantine', 'audit', 'job', 'setting', 'operator', 'alert'],
  quarantine: ['quarantine'],
};

/**
 * Compares the ends of the append-only tables with those a moment ago. What moved is returned as a hint, so
 * that a lost NOTIFY costs until the next call. A transaction that was open when the end moved may still
 * commit rows below it; the hint is repeated until none of those is left.
 */
export function createWatermark(pool: Pool): () => Promise<LiveHint | undefined> {
  let last: Marks | undefined;
  let unsettled = new Map<LiveSubject, bigint>();

  return async () => {
    const marks = await readMarks(pool);
    const xmin = BigInt(marks.xmin);
    const subjects = new Set<LiveSubject>();
    for (const [subject, xmax] of unsettled) {
      subjects.add(subject);
      if (xmin >= xmax) unsettled.delete(subject);
    }
    if (last) {
      for (const table of ['timeline', 'audit', 'quarantine'] as const) {
        if (marks[table] === last[table]) continue;
        for (const subject of SUBJECTS[table]) {
          subjects.add(subject);
          if (xmin < BigInt(marks.xmax)) unsettled.set(subject, BigInt(marks.xmax));
        }
      }
    } else unsettled = new Map();
    last = marks;
    return subjects.size > 0 ? { subjects: [...subjects] } : undefined;
  };
}

async function readMarks(pool: Pool): Promise<Marks> {
  const { rows } = await pool.query<Marks>(
    `SELECT coalesce((SELECT max(id) FROM timeline_events), 0)::text AS timeline,
            coalesce((SELECT max(sequence) FROM audit_entries), 0)::text AS audit,
            coalesce((SELECT max(id) FROM quarantine_messages), 0)::text AS quarantine,
            pg_snapshot_xmin(pg_current_snapshot())::text AS xmin,
            pg_snapshot_xmax(pg_current_snapshot())::text AS xmax`,
  );
  const [marks] = rows;
  if (!marks) throw new Error('a query without FROM returned no row');
  return marks;
}
