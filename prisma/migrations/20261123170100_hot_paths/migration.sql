-- What Prisma's schema cannot say. Index names begin with sql_, so that a schema diff leaves them alone.

-- A vehicle has at most one offer open (or about to be published) across all campaigns.
CREATE UNIQUE INDEX "sql_assignments_one_open" ON "assignments" ("vin")
  WHERE "leased_by" IS NOT NULL
     OR "state" IN ('notified', 'delivered', 'acknowledged', 'downloading', 'verified', 'installing', 'installed');

-- The dispatcher's and the timers' queues.
CREATE INDEX "sql_assignments_due" ON "assignments" ("campaign_id", "wave", "due_at", "vin")
  WHERE "state" = 'pending' AND "due_at" IS NOT NULL;
CREATE INDEX "sql_assignments_clock" ON "assignments" ("clock_since")
  WHERE "clock_since" IS NOT NULL;
CREATE INDEX "sql_assignments_retry" ON "assignments" ("due_at")
  WHERE "state" IN ('failed', 'rolled_back', 'timed_out', 'deferred') AND "due_at" IS NOT NULL;
CREATE INDEX "sql_assignments_lease" ON "assignments" ("leased_until")
  WHERE "leased_by" IS NOT NULL;

-- Every message of a vehicle has exactly one timeline row.
CREATE UNIQUE INDEX "sql_timeline_once" ON "timeline_events" ("vin", "epoch", "sequence")
  WHERE "sequence" IS NOT NULL;

-- Repeated bad messages of one source share a row while it is open.
CREATE UNIQUE INDEX "sql_quarantine_open" ON "quarantine" ("source", "reason")
  WHERE "state" = 'open';

CREATE INDEX "sql_vehicle_states_online" ON "vehicle_states" ("vin") WHERE "online";
CREATE INDEX "sql_vehicles_active" ON "vehicles" ("vin") WHERE "retired_at" IS NULL;
CREATE INDEX "sql_ecus_swapped" ON "ecus" ("vin") WHERE "swapped_at" IS NOT NULL;
CREATE INDEX "sql_vehicle_states_replaced" ON "vehicle_states" ("tcu_replaced_at") WHERE "tcu_replaced_at" IS NOT NULL;

-- Rows that are rewritten in place: leave room, so that an update that changes no indexed column stays on its page.
ALTER TABLE "vehicle_states" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "ecus" SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "assignments" SET (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "assignment_counters" SET (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.01);

ALTER TABLE "vehicles" ADD CONSTRAINT "vehicles_vin_form" CHECK ("vin" ~ '^[A-HJ-NPR-Z0-9]{17}$' OR "erased_at" IS NOT NULL);
ALTER TABLE "releases" ADD CONSTRAINT "releases_state" CHECK ("state" IN ('draft', 'released', 'withdrawn'));
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_state" CHECK ("state" IN ('draft', 'awaiting_approval', 'scheduled', 'running', 'paused', 'completed', 'aborted'));

-- The audit log is append-only, whoever writes.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are append-only';
END
$$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON "audit_entries"
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
