import type { Pool } from 'pg';
import { VersionScheme } from '../domain/release.ts';
import type { VersionOrder, VersionOrders } from '../domain/version.ts';

/** How the versions of these ECU types (or of all) are ordered; types that the catalog lacks are left out. */
export async function loadVersionOrders(
  pool: Pick<Pool, 'query'>,
  ecuTypes?: readonly string[],
): Promise<VersionOrders> {
  const { rows } = await pool.query<{ name: string; scheme: string; lineage: Record<string, number> }>(
    `SELECT t.name, t.version_scheme AS scheme,
            coalesce(jsonb_object_agg(k.version, k.ordinal) FILTER (WHERE k.version IS NOT NULL), '{}') AS lineage
     FROM ecu_types t LEFT JOIN known_versions k ON k.ecu_type = t.name
     WHERE $1::text[] IS NULL OR t.name = ANY ($1::text[])
     GROUP BY t.name`,
    [ecuTypes ?? null],
  );
  return new Map(
    rows.map(({ name, scheme, lineage }): [string, VersionOrder] => [
      name,
      { scheme: VersionScheme.parse(scheme), lineage: new Map(Object.entries(lineage)) },
    ]),
  );
}

/** The distinct software versions that each of these ECU types runs in the fleet, read from the index alone. */
export async function loadFleetVersions(
  pool: Pick<Pool, 'query'>,
  ecuTypes: readonly string[],
): Promise<Map<string, string[]>> {
  if (ecuTypes.length === 0) return new Map();
  const { rows } = await pool.query<{ type: string; version: string }>(
    `WITH RECURSIVE found (type, version) AS (
       SELECT w.type, (SELECT min(e.software_version) FROM ecus e WHERE e.type = w.type)
       FROM unnest($1::text[]) AS w (type)
       UNION ALL
       SELECT f.type, (SELECT min(e.software_version) FROM ecus e WHERE e.type = f.type AND e.software_version > f.version)
       FROM found f WHERE f.version IS NOT NULL
     )
     SELECT type, version FROM found WHERE version IS NOT NULL`,
    [[...new Set(ecuTypes)]],
  );
  const versions = new Map<string, string[]>(ecuTypes.map((type) => [type, []]));
  for (const { type, version } of rows) versions.get(type)?.push(version);
  return versions;
}
