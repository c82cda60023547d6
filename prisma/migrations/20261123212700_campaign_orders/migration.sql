-- DropIndex
DROP INDEX "campaigns_created_at_idx";

-- CreateIndex
CREATE INDEX "campaigns_created_at_id_idx" ON "campaigns"("created_at", "id");

-- CreateIndex
CREATE INDEX "campaigns_name_id_idx" ON "campaigns"("name", "id");

-- CreateIndex
CREATE INDEX "campaigns_priority_id_idx" ON "campaigns"("priority", "id");

-- CreateIndex
CREATE INDEX "campaigns_created_by_created_at_idx" ON "campaigns"("created_by", "created_at");

-- Campaigns in the order in which they began; what has not begun stands at the old end.
CREATE INDEX "sql_campaigns_begun" ON "campaigns" ((coalesce("started_at", '1970-01-01 00:00:00+00'::timestamptz)), "id");
