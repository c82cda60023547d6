-- AlterTable
ALTER TABLE "campaigns" ADD COLUMN     "offers_ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "sweep" TEXT,
ADD COLUMN     "sweep_cursor" TEXT;
