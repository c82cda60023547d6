import type pg from 'pg';

/**
 * Locks the states of vehicles in VIN order until the transaction ends. Whoever writes assignments of vehicles
 * holds these first, so that two writers never wait for each other crosswise.
 */
export async function lockVehicles(client: pg.PoolClient, vins: readonly string[]): Promise<void> {
  if (vins.length === 0) return;
  await client.query({
    name: 'lock_vehicles',
    text: 'SELECT 1 FROM vehicle_states WHERE vin = ANY($1) ORDER BY vin FOR NO KEY UPDATE',
    values: [[...new Set(vins)]],
  });
}
