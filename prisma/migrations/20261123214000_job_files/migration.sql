-- CreateTable
CREATE TABLE "job_files" (
    "job_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "job_files_pkey" PRIMARY KEY ("job_id","kind","part")
);

-- CreateIndex
CREATE INDEX "job_files_created_at_idx" ON "job_files"("created_at");

-- CreateIndex
CREATE INDEX "releases_created_at_id_idx" ON "releases"("created_at", "id");

-- CreateIndex
CREATE INDEX "jobs_created_at_id_idx" ON "jobs"("created_at", "id");

-- AddForeignKey
ALTER TABLE "job_files" ADD CONSTRAINT "job_files_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
