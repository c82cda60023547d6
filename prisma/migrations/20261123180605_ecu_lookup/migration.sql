-- DropIndex
DROP INDEX "ecus_type_software_version_idx";

-- CreateIndex
CREATE INDEX "ecus_type_software_version_vin_idx" ON "ecus"("type", "software_version", "vin");

-- Type and version of an ECU depend on each other; without this the planner takes "this type with this version"
-- for much rarer than it is, and reads a page of the fleet by way of all matching ECUs.
CREATE STATISTICS "sql_ecus_type_version" (ndistinct, dependencies, mcv) ON "type", "software_version" FROM "ecus";
