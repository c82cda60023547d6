-- The few vehicles that wait for a person are found without reading the fleet.
CREATE INDEX "sql_vehicles_blocked" ON "vehicles" ("blocked_at") WHERE "blocked_at" IS NOT NULL;
CREATE INDEX "sql_vehicles_incomplete" ON "vehicles" ("registered_at") WHERE NOT "complete";
