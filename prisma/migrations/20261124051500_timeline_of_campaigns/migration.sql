-- Most rows of the timeline belong to no campaign: an index of those that do is smaller, and the others cost
-- nothing to add to.
DROP INDEX "timeline_events_campaign_id_id_idx";
CREATE INDEX "sql_timeline_of_campaign" ON "timeline_events" ("campaign_id", "id") WHERE "campaign_id" IS NOT NULL;
