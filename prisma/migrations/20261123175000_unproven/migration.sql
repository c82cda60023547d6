-- Claims that wait for proof: every report of their vehicle is looked at for them, an unchanged one too.
CREATE INDEX "sql_assignments_unproven" ON "assignments" ("vin") WHERE "state" = 'installed' OR "provisional";
