-- Vehicles that never told their presence and are online by their messages, by the hour of the last one.
CREATE INDEX sql_online_by_message ON vehicle_states (last_seen_bucket, vin) WHERE online AND presence_at IS NULL;
