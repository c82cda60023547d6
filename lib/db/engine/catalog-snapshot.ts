import { z } from 'zod';
import type { Queryable } from '#lib/db/queryable.ts';
import { loadVersionOrders } from '#lib/db/version-orders.ts';
import { buildCatalog, type Catalog, type CatalogRelease } from '#lib/domain/catalog.ts';
import { ReleaseDependency, ReleaseState } from '#lib/domain/release.ts';
import { FromVersions, Preconditions, UserInformation } from '#lib/protocol/ota-update.ts';

/** A release with everything that a Director document says of it. */
export type DispatchRelease = {
  rule: CatalogRelease;
  revision: number;
  releaseCounter: number;
  preconditions: Preconditions;
  userInformation: UserInformation;
  artifact: { sha256: string; length: number } | null;
};

/** The catalog at one moment; `stamp` changes whenever anything of it does. */
export type CatalogSnapshot = {
  stamp: string;
  catalog: Catalog;
  releases: ReadonlyMap<string, DispatchRelease>;
};

const stampSql = `SELECT concat_ws('/',
  (SELECT concat_ws(',', count(*), sum(revision), max(updated_at)::text) FROM releases),
  (SELECT concat_ws(',', count(*), sum(ordinal::bigint)) FROM known_versions),
  (SELECT string_agg(name || version_scheme, ',' ORDER BY name) FROM ecu_types)) AS stamp`;

/** Loads the catalog, or gives `known` back where nothing has changed since. */
export async function loadCatalog(db: Queryable, known?: CatalogSnapshot): Promise<CatalogSnapshot> {
  const stamps = await db.query<{ stamp: string }>({ name: 'catalog_stamp', text: stampSql });
  const stamp = stamps.rows[0]?.stamp ?? '';
  if (known?.stamp === stamp) return known;
  const orders = await loadVersionOrders(db);
  const { rows } = await db.query(
    `SELECT r.id, r.ecu_type, r.version, r.hardware_versions, r.from_versions, r.dependencies, r.rollback_to,
            r.skilled_person_only, r.state, r.revision, r.release_counter, r.preconditions, r.user_information,
            a.sha256, a.length::float8 AS length
     FROM releases r LEFT JOIN artifacts a ON a.sha256 = r.artifact_sha256 ORDER BY r.created_at, r.id`,
  );
  const releases = new Map(rows.map((row) => toRelease(row)).map((release) => [release.rule.id, release]));
  return {
    stamp,
    catalog: buildCatalog(
      orders,
      [...releases.values()].map(({ rule }) => rule),
    ),
    releases,
  };
}

const StoredRelease = z.object({
  id: z.string(),
  ecu_type: z.string(),
  version: z.string(),
  hardware_versions: z.array(z.string()),
  from_versions: FromVersions,
  dependencies: z.array(ReleaseDependency),
  rollback_to: z.array(z.string()),
  skilled_person_only: z.boolean(),
  state: ReleaseState,
  revision: z.int(),
  release_counter: z.int(),
  preconditions: Preconditions,
  user_information: UserInformation,
  sha256: z.string().nullable(),
  length: z.number().nullable(),
});

function toRelease(stored: unknown): DispatchRelease {
  const row = StoredRelease.parse(stored);
  return {
    rule: {
      id: row.id,
      state: row.state,
      ecuType: row.ecu_type,
      version: row.version,
      hardwareVersions: row.hardware_versions,
      fromVersions: row.from_versions,
      dependencies: row.dependencies,
      rollbackTo: row.rollback_to,
      skilledPersonOnly: row.skilled_person_only,
    },
    revision: row.revision,
    releaseCounter: row.release_counter,
    preconditions: row.preconditions,
    userInformation: row.user_information,
    artifact: row.sha256 === null ? null : { sha256: row.sha256, length: row.length ?? 0 },
  };
}
