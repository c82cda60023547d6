import type pg from 'pg';

/**
 * Makes the parked offers of a wave due whose vehicles are online now. Parking and presence find each other by
 * row locks; this catches what was planned while a vehicle was coming online.
 */
export async function healWave(pool: pg.Pool, campaignId: string, wave: number, now: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH parked AS (
       SELECT a.vin FROM assignments a JOIN vehicle_states s ON s.vin = a.vin AND s.online
       WHERE a.campaign_id = $1 AND a.wave = $2 AND a.state = 'pending' AND a.due_at IS NULL
         AND a.leased_until IS NULL
       FOR UPDATE OF a SKIP LOCKED
     ) UPDATE assignments a SET due_at = $3 FROM parked WHERE a.campaign_id = $1 AND a.vin = parked.vin`,
    [campaignId, wave, now],
  );
  return rowCount ?? 0;
}
