-- AlterTable
ALTER TABLE "campaigns" ADD COLUMN     "sweep" TEXT,
ADD COLUMN     "sweep_cursor" TEXT;
