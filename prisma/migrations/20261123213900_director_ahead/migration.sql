-- A document is kept as it was signed, and may be signed ahead of the moment at which its vehicle is told.
ALTER TABLE "director_documents"
  ALTER COLUMN "envelope" TYPE JSON USING "envelope"::json,
  ADD COLUMN "basis" TEXT;
