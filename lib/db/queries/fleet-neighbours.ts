import type { Pool } from 'pg';
import { type FleetQuery, type FleetSort, listFleet } from './fleet.ts';
import { encodeCursor } from './keyset.ts';

export type Neighbours = { previous: string | null; next: string | null };

type Place = { vin: string; model: string; region: string; modelYear: number; lastSeen: number };

/** The vehicles before and after one in an ordered selection, each by one step of the keyset. */
export async function readNeighbours(
  pool: Pool,
  query: Omit<FleetQuery, 'limit' | 'cursor'>,
  vin: string,
  now: Date,
): Promise<Neighbours> {
  const { rows } = await pool.query<Place>(
    `SELECT v.vin, v.model, v.region, v.model_year AS "modelYear", coalesce(s.last_seen_bucket, 0) AS "lastSeen"
     FROM vehicles v LEFT JOIN vehicle_states s ON s.vin = v.vin WHERE v.vin = $1`,
    [vin],
  );
  const [place] = rows;
  if (!place) return { previous: null, next: null };
  const cursor = encodeCursor(query.sort === 'vin' ? [vin] : [keyOf(place, query.sort), vin]);
  const step = async (descending: boolean) => {
    const page = await listFleet(pool, { ...query, descending, cursor, limit: 1 }, now);
    return page.rows[0]?.vin ?? null;
  };
  const [next, previous] = await Promise.all([step(query.descending), step(!query.descending)]);
  return { previous, next };
}

function keyOf(place: Place, sort: FleetSort): string | number {
  return place[sort];
}
