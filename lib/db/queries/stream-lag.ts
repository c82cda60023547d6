import type { Pool } from 'pg';
import { readHeartbeats } from '../heartbeat.ts';

export type StreamLag = {
  /** Whether each part says "alive"; a part that was never seen is absent. */
  parts: { name: string; alive: boolean; instances: number }[];
  /** Offers that are due and not yet claimed, and for how long the oldest has been, s. */
  dueOffers: number;
  dueLagSeconds: number;
  openQuarantine: number;
};

const ALIVE_MS = 10_000;

/** How far the stream of messages is behind, in a few figures that are cheap to read. */
export async function readStreamLag(pool: Pool): Promise<StreamLag> {
  const [beats, due] = await Promise.all([
    readHeartbeats(pool),
    pool.query<{ due: number; lag: number | null; quarantine: number }>(
      `SELECT d.count::int AS due, extract(epoch FROM now() - d.oldest)::float8 AS lag,
              (SELECT count(*) FROM quarantine WHERE state = 'open')::int AS quarantine
       FROM (SELECT count(*), min(a.due_at) AS oldest
             FROM campaigns c
             JOIN waves w ON w.campaign_id = c.id AND w.state = 'running'
             JOIN assignments a ON a.campaign_id = w.campaign_id AND a.wave = w.number
             WHERE c.state = 'running' AND a.state = 'pending' AND a.due_at <= now()) d`,
    ),
  ]);
  const names = [...new Set(beats.map(({ name }) => name))].sort();
  return {
    parts: names.map((name) => {
      const alive = beats.filter((beat) => beat.name === name && beat.ageMs < ALIVE_MS);
      return { name, alive: alive.length > 0, instances: alive.length };
    }),
    dueOffers: due.rows[0]?.due ?? 0,
    dueLagSeconds: Math.round(due.rows[0]?.lag ?? 0),
    openQuarantine: due.rows[0]?.quarantine ?? 0,
  };
}
