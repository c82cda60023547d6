-- AlterTable
ALTER TABLE "assignments" ADD COLUMN     "targets" JSONB;

-- CreateTable
CREATE TABLE "join_queue" (
    "vin" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "join_queue_pkey" PRIMARY KEY ("vin")
);
