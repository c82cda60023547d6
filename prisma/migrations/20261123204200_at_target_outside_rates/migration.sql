-- Vehicles at the target before any offer count in no rate any more: they move to the side outside of the rates.
WITH moved AS (
  SELECT campaign_id, wave, count(*) AS vehicles FROM assignments
  WHERE state = 'already_installed' AND notified_at IS NULL AND acknowledged_at IS NULL AND attempt = 1
  GROUP BY campaign_id, wave
)
INSERT INTO assignment_counters AS c (campaign_id, wave, state, acknowledged, shard, count)
SELECT m.campaign_id, m.wave, 'already_installed', side.acknowledged, 0, side.sign * m.vehicles
FROM moved m CROSS JOIN (VALUES (true, 1), (false, -1)) AS side (acknowledged, sign)
ON CONFLICT (campaign_id, wave, state, acknowledged, shard) DO UPDATE SET count = c.count + EXCLUDED.count;
