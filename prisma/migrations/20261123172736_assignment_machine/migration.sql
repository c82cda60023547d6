-- AlterTable
ALTER TABLE "assignments" ADD COLUMN     "accepted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "cancel_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "current_ecu_id" TEXT,
ADD COLUMN     "downloading_at" TIMESTAMPTZ(3),
ADD COLUMN     "installed_at" TIMESTAMPTZ(3),
ADD COLUMN     "installing_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_phase" TEXT,
ADD COLUMN     "offers" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "order_epoch" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "order_sequence" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "partial_ecus" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "retry_at" TIMESTAMPTZ(3),
ADD COLUMN     "returns" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "timer_at" TIMESTAMPTZ(3),
ADD COLUMN     "verified_at" TIMESTAMPTZ(3);

-- The dispatcher's queue: offers and repeated offers alike; what is parked has no instant.
DROP INDEX "sql_assignments_due";
CREATE INDEX "sql_assignments_due" ON "assignments" ("campaign_id", "wave", "due_at", "vin")
  WHERE "due_at" IS NOT NULL AND "state" IN ('pending', 'notified', 'delivered', 'acknowledged');
-- Claims of success that only newer inventory settles.
CREATE INDEX "sql_assignments_unproven" ON "assignments" ("vin") WHERE "state" = 'installed' OR "provisional";
-- Phase clocks, retries and deferrals, by the instant at which they have something to decide.
DROP INDEX "sql_assignments_clock";
DROP INDEX "sql_assignments_retry";
CREATE INDEX "sql_assignments_timer" ON "assignments" ("timer_at") WHERE "timer_at" IS NOT NULL;
CREATE INDEX "sql_assignments_cancel" ON "assignments" ("cancel_due_at", "vin") WHERE "cancel_due_at" IS NOT NULL;
