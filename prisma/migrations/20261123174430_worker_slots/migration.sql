-- CreateTable
CREATE TABLE "worker_slots" (
    "slot" INTEGER NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_slots_pkey" PRIMARY KEY ("slot")
);
