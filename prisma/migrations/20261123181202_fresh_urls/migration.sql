-- AlterTable
ALTER TABLE "assignments" ADD COLUMN     "urls_due_at" TIMESTAMPTZ(3);

CREATE INDEX "sql_assignments_urls" ON "assignments" ("urls_due_at") WHERE "urls_due_at" IS NOT NULL;
-- A lease that runs out is found by the instant at which its row is due again.
DROP INDEX "sql_assignments_lease";
