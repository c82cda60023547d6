import type { PoolClient } from 'pg';

/**
 * Registers vehicles that reported themselves, where the setting `autoRegistration` allows it; they lack their
 * master data and are ineligible until a person completes them. Returns the VINs that are registered now.
 */
export async function registerUnknown(
  client: PoolClient,
  vins: readonly string[],
  now: Date,
): Promise<string[]> {
  if (vins.length === 0) return [];
  const setting = await client.query(
    `SELECT FROM settings WHERE key = 'autoRegistration' AND value = 'true'::jsonb`,
  );
  if (setting.rowCount === 0) return [];
  const registered = await client.query<{ vin: string }>(
    `WITH created AS (
       INSERT INTO vehicles (vin, model, model_year, region, time_zone, complete, registered_at)
       SELECT vin, 'unknown', 2000, 'unknown', 'UTC', false, $2 FROM unnest($1::text[]) AS v (vin) ORDER BY vin
       ON CONFLICT DO NOTHING RETURNING vin),
     noted AS (
       INSERT INTO timeline_events (vin, at, kind, detail)
       SELECT vin, $2, 'registered', 'registered itself; its master data is incomplete' FROM created)
     SELECT vin FROM created`,
    [vins, now],
  );
  return registered.rows.map((row) => row.vin);
}
