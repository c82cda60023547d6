import type { Pool } from 'pg';
import { countOf, readVersionCounts } from './version-counts.ts';

export type EcuTypeRow = {
  name: string;
  versionScheme: string;
  description: string;
  createdAt: Date;
  releases: number;
  drafts: number;
  knownVersions: number;
  newestVersion: string | null;
  newestReleaseId: string | null;
  /** ECUs of this type in the fleet, and how many of them run the newest released version. */
  installedOn: number;
  atNewest: number;
};

export type ReleaseRow = {
  id: string;
  ecuType: string;
  version: string;
  versionScheme: string;
  hardwareVersions: string[];
  state: string;
  revision: number;
  releaseCounter: number;
  artifactSha256: string | null;
  artifactLength: number | null;
  artifactFileName: string | null;
  createdAt: Date;
  createdBy: string;
  releasedAt: Date | null;
  withdrawnAt: Date | null;
  withdrawnReason: string | null;
  dependencies: { ecuType: string; minimumVersion: string; maySameCampaign: boolean }[];
  installedOn: number;
};

export type ReleaseDetail = ReleaseRow & {
  fromVersions: unknown;
  notes: string;
  userInformation: unknown;
  preconditions: unknown;
  skilledPersonOnly: boolean;
  rollbackTo: string[];
  /** The key by which the document of each vehicle vouches for the file; null before a worker has made one. */
  signedBy: string | null;
  campaigns: { id: string; name: string; state: string }[];
};

export type KnownVersionRow = {
  version: string;
  ordinal: number;
  source: string;
  releaseId: string | null;
  installedOn: number;
};

/** Columns of a release, of `releases r`, `ecu_types t` and `artifacts f`. */
export const RELEASE = `r.id, r.ecu_type AS "ecuType", r.version, t.version_scheme AS "versionScheme",
  r.hardware_versions AS "hardwareVersions", r.state, r.revision, r.release_counter AS "releaseCounter",
  r.artifact_sha256 AS "artifactSha256", f.length::float8 AS "artifactLength", f.file_name AS "artifactFileName",
  r.created_at AS "createdAt", r.created_by AS "createdBy", r.released_at AS "releasedAt",
  r.withdrawn_at AS "withdrawnAt", r.withdrawn_reason AS "withdrawnReason", r.dependencies`;

/** All ECU types of the catalog by name, with how far the fleet is; its counts may be a moment old. */
export async function listEcuTypeRows(pool: Pool): Promise<EcuTypeRow[]> {
  const [{ rows }, counts] = await Promise.all([
    pool.query<Omit<EcuTypeRow, 'installedOn' | 'atNewest'>>(
      `SELECT t.name, t.version_scheme AS "versionScheme", t.description, t.created_at AS "createdAt",
              (SELECT count(*) FROM releases r WHERE r.ecu_type = t.name AND r.state <> 'draft')::int AS releases,
              (SELECT count(*) FROM releases r WHERE r.ecu_type = t.name AND r.state = 'draft')::int AS drafts,
              (SELECT count(*) FROM known_versions k WHERE k.ecu_type = t.name)::int AS "knownVersions",
              n.version AS "newestVersion", n.id AS "newestReleaseId"
       FROM ecu_types t
       LEFT JOIN LATERAL (
         SELECT id, version FROM releases
         WHERE ecu_type = t.name AND state = 'released' ORDER BY release_counter DESC LIMIT 1
       ) n ON true
       ORDER BY t.name`,
    ),
    readVersionCounts(pool),
  ]);
  return rows.map((row) => ({
    ...row,
    installedOn: countOf(counts, row.name),
    atNewest: countOf(counts, row.name, row.newestVersion),
  }));
}

/** Releases of one ECU type or of all, the newest first, at most `limit`. */
export async function listReleaseRows(
  pool: Pool,
  {
    ecuType,
    state,
    limit = 500,
  }: { ecuType?: string | undefined; state?: string | undefined; limit?: number },
): Promise<ReleaseRow[]> {
  const [{ rows }, counts] = await Promise.all([
    pool.query<Omit<ReleaseRow, 'installedOn'>>(
      `SELECT ${RELEASE}
     FROM releases r JOIN ecu_types t ON t.name = r.ecu_type LEFT JOIN artifacts f ON f.sha256 = r.artifact_sha256
     WHERE ($1::text IS NULL OR r.ecu_type = $1) AND ($2::text IS NULL OR r.state = $2)
     ORDER BY r.created_at DESC, r.id LIMIT $3`,
      [ecuType ?? null, state ?? null, limit],
    ),
    readVersionCounts(pool),
  ]);
  return rows.map((row) => ({ ...row, installedOn: countOf(counts, row.ecuType, row.version) }));
}

/**
 * The newest releases, and whatever their age those of `ids`, the newest one released of each ECU type, and those that
 * the newest need: enough to draw, to choose from and to check a choice.
 */
export async function listCatalogReleases(
  pool: Pool,
  { ids, limit }: { ids: readonly string[]; limit: number },
): Promise<ReleaseRow[]> {
  const [{ rows }, counts] = await Promise.all([
    pool.query<Omit<ReleaseRow, 'installedOn'>>(
      `WITH newest AS (SELECT id, dependencies FROM releases ORDER BY created_at DESC, id LIMIT $2)
       SELECT ${RELEASE}
       FROM releases r JOIN ecu_types t ON t.name = r.ecu_type LEFT JOIN artifacts f ON f.sha256 = r.artifact_sha256
       WHERE r.id IN (SELECT id FROM newest) OR r.id = ANY ($1)
          OR r.id IN (SELECT DISTINCT ON (ecu_type) id FROM releases WHERE state = 'released'
                      ORDER BY ecu_type, release_counter DESC)
          OR (r.ecu_type, r.version) IN (SELECT need ->> 'ecuType', need ->> 'minimumVersion'
                                         FROM newest, jsonb_array_elements(dependencies) AS need)
       ORDER BY r.created_at DESC, r.id`,
      [ids, limit],
    ),
    readVersionCounts(pool),
  ]);
  return rows.map((row) => ({ ...row, installedOn: countOf(counts, row.ecuType, row.version) }));
}

/** One release with everything its author wrote, and the campaigns that hold it; null where there is none. */
export async function readRelease(pool: Pool, id: string): Promise<ReleaseDetail | null> {
  const { rows } = await pool.query<ReleaseDetail>(
    `SELECT ${RELEASE},
            (SELECT count(*) FROM ecus e WHERE e.type = r.ecu_type AND e.software_version = r.version)::int AS "installedOn",
            r.from_versions AS "fromVersions", r.notes, r.user_information AS "userInformation",
            r.preconditions, r.skilled_person_only AS "skilledPersonOnly", r.rollback_to AS "rollbackTo",
            (SELECT k.key_id FROM signing_keys k WHERE k.role = 'director' AND k.retired_at IS NULL
             ORDER BY k.created_at DESC LIMIT 1) AS "signedBy",
            coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'state', c.state)
                                       ORDER BY c.created_at DESC)
                      FROM campaign_releases cr JOIN campaigns c ON c.id = cr.campaign_id
                      WHERE cr.release_id = r.id), '[]') AS campaigns
     FROM releases r JOIN ecu_types t ON t.name = r.ecu_type LEFT JOIN artifacts f ON f.sha256 = r.artifact_sha256
     WHERE r.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The lineage of an ECU type, newest first: baselines and releases with how many ECUs run each. */
export async function listKnownVersionRows(pool: Pool, ecuType: string): Promise<KnownVersionRow[]> {
  const { rows } = await pool.query<KnownVersionRow>(
    `SELECT k.version, k.ordinal, k.source, r.id AS "releaseId",
            (SELECT count(*) FROM ecus e WHERE e.type = k.ecu_type AND e.software_version = k.version)::int AS "installedOn"
     FROM known_versions k LEFT JOIN releases r ON r.ecu_type = k.ecu_type AND r.version = k.version
     WHERE k.ecu_type = $1 ORDER BY k.ordinal DESC`,
    [ecuType],
  );
  return rows;
}
