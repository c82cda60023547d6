import type pg from 'pg';

/** Makes parked offers of these vehicles due; tells whether there were any. */
export async function unpark(client: pg.PoolClient, vins: readonly string[], now: Date): Promise<boolean> {
  if (vins.length === 0) return false;
  const { rowCount } = await client.query(
    `UPDATE assignments SET due_at = $2
     WHERE vin = ANY($1) AND leased_by IS NULL AND (due_at IS NULL OR due_at > $2)
       AND (state = 'pending' OR (state = 'acknowledged' AND last_phase = 'requested'))`,
    [[...new Set(vins)], now],
  );
  return (rowCount ?? 0) > 0;
}
