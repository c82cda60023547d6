-- AlterTable
ALTER TABLE "waves" ADD COLUMN     "sample_base" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "stalled_at" TIMESTAMPTZ(3);
