-- CreateTable
CREATE TABLE "campaign_course" (
    "campaign_id" TEXT NOT NULL,
    "seconds" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "from_state" TEXT NOT NULL,
    "to_state" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_id" BIGINT NOT NULL,

    CONSTRAINT "campaign_course_pkey" PRIMARY KEY ("campaign_id","seconds","step","from_state","to_state")
);

-- CreateTable
CREATE TABLE "course_progress" (
    "id" INTEGER NOT NULL,
    "counted_to" BIGINT NOT NULL DEFAULT 0,
    "marked_to" BIGINT NOT NULL DEFAULT 0,
    "marked_xmax" TEXT,
    "marked_at" TIMESTAMPTZ(3),

    CONSTRAINT "course_progress_pkey" PRIMARY KEY ("id")
);

-- Vehicles about which eligibility is to know more than their configuration are found without reading the fleet.
CREATE INDEX "sql_vehicles_special" ON "vehicles" ("vin")
  WHERE NOT "complete" OR "skilled_person_only" OR "blocked_at" IS NOT NULL OR "retired_at" IS NOT NULL;

-- Failures are grouped by their cause from this index alone.
CREATE INDEX "sql_assignments_failures" ON "assignments"
  ("campaign_id", "reason_code", "failed_ecu_id", "failed_from_version", "state")
  INCLUDE ("failure_class", "acknowledged_failure", "retry_at", "vin")
  WHERE "state" IN ('failed', 'rolled_back', 'timed_out', 'rejected', 'regressed');
