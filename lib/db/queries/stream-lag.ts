import type { Pool } from 'pg';
import { readHeartbeats } from '../heartbeat.ts';
import { readDueOffers } from './due-offers.ts';

export type StreamLag = {
  /** Whether each part says "alive"; a part that was never seen is absent. */
  parts: { name: string; alive: boolean; instances: number }[];
  /** Offers that may be made now and are not yet claimed, and for how long the oldest has been due, s. */
  dueOffers: number;
  dueLagSeconds: number;
  /** Offers whose time has come, but which their campaign's rate holds back. */
  heldOffers: number;
  openQuarantine: number;
};

const ALIVE_MS = 10_000;

/** How far the stream of messages is behind, in a few figures that are cheap to read. */
export async function readStreamLag(pool: Pool): Promise<StreamLag> {
  const [beats, offers, quarantine] = await Promise.all([
    readHeartbeats(pool),
    readDueOffers(pool),
    pool.query<{ open: number }>(`SELECT count(*)::int AS open FROM quarantine WHERE state = 'open'`),
  ]);
  const names = [...new Set(beats.map(({ name }) => name))].sort();
  return {
    parts: names.map((name) => {
      const alive = beats.filter((beat) => beat.name === name && beat.ageMs < ALIVE_MS);
      return { name, alive: alive.length > 0, instances: alive.length };
    }),
    dueOffers: offers.due,
    dueLagSeconds: Math.round(offers.lagSeconds ?? 0),
    heldOffers: offers.heldByRate,
    openQuarantine: quarantine.rows[0]?.open ?? 0,
  };
}
