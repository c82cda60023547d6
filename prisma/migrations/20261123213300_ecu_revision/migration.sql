-- AlterTable
ALTER TABLE "vehicle_states" ADD COLUMN     "ecu_revision" INTEGER NOT NULL DEFAULT 0;
