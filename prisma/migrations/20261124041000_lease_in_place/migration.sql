-- A lease comes and goes without a new entry in any index: neither it nor its instants are part of one, and a page has
-- room for a second version of each of its rows. That no vehicle is leased twice is held by the lock on its state.
DROP INDEX "sql_assignments_one_open";
CREATE UNIQUE INDEX "sql_assignments_one_open" ON "assignments" ("vin")
  WHERE "state" IN ('notified', 'delivered', 'acknowledged', 'downloading', 'verified', 'installing', 'installed');
ALTER TABLE "assignments" SET (fillfactor = 50);
