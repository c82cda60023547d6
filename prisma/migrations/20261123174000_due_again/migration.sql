-- An offer is made again in whatever state a pause had left it; a deferral waits for its timer instead.
DROP INDEX "sql_assignments_due";
CREATE INDEX "sql_assignments_due" ON "assignments" ("campaign_id", "wave", "due_at", "vin")
  WHERE "due_at" IS NOT NULL AND "state" <> 'deferred';
