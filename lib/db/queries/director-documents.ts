import type { Pool } from 'pg';

export type DirectorDocumentRow = {
  version: number;
  campaignId: string | null;
  attempt: number | null;
  envelope: unknown;
  issuedAt: Date;
  expiresAt: Date;
};

/** Signed Director documents as they were sent to a vehicle, the newest first; what is only signed ahead is none of them. */
export async function readDirectorDocuments(
  pool: Pool,
  vin: string,
  limit: number,
): Promise<DirectorDocumentRow[]> {
  const { rows } = await pool.query<DirectorDocumentRow>(
    `SELECT version, campaign_id AS "campaignId", attempt, envelope, issued_at AS "issuedAt",
            expires_at AS "expiresAt"
     FROM director_documents d
     WHERE vin = $1 AND (basis IS NULL OR version <= (SELECT director_version FROM vehicle_states s WHERE s.vin = d.vin))
     ORDER BY version DESC LIMIT $2`,
    [vin, limit],
  );
  return rows;
}
