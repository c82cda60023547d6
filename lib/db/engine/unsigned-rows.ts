import type pg from 'pg';

type Queryable = Pick<pg.PoolClient, 'query'>;

/** An offer that waits, without a document that was signed ahead. */
export type UnsignedRow = {
  vin: string;
  attempt: number;
  directorVersion: number;
  configurationKey: string | null;
};

/**
 * Reads the next offers of a wave, by VIN, that were planned for vehicles now online and are not signed; `last` is
 * the VIN to go on after, `null` at the end. Nothing is locked.
 */
export async function readUnsigned(
  db: Queryable,
  page: {
    campaignId: string;
    wave: number;
    after: string;
    limit: number;
    /** Only what is due after this instant; without it, whatever waits to be due. */
    dueAfter: Date | null;
    /** A document that was signed before is signed anew. */
    signedAfter: Date;
  },
): Promise<{ rows: UnsignedRow[]; last: string | null }> {
  const { rows } = await db.query<UnsignedRow & { unsigned: boolean }>(
    `SELECT a.vin, a.attempt, s.director_version AS "directorVersion", s.configuration_key AS "configurationKey",
            s.online AND a.due_at IS NOT NULL AND a.leased_by IS NULL AND a.steps IS NOT NULL AND a.state <> 'deferred'
              AND ($5::timestamptz IS NULL OR a.due_at > $5)
              AND NOT EXISTS (SELECT 1 FROM director_documents d WHERE d.vin = s.vin AND d.version = s.director_version + 1
                              AND d.issued_at > $6) AS unsigned
     FROM (SELECT * FROM assignments WHERE campaign_id = $1 AND wave = $2 AND vin > $3 ORDER BY vin LIMIT $4) AS a
     JOIN vehicle_states s ON s.vin = a.vin ORDER BY a.vin`,
    [page.campaignId, page.wave, page.after, page.limit, page.dueAfter, page.signedAfter],
  );
  return {
    rows: rows.filter(({ unsigned }) => unsigned),
    last: rows.length < page.limit ? null : (rows.at(-1)?.vin ?? null),
  };
}

/** Locks vehicles whose next version is still the one that was signed, passing over those that others hold. */
export async function lockUntold(
  db: Queryable,
  documents: readonly { vin: string; version: number }[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ vin: string }>(
    `SELECT s.vin FROM vehicle_states s JOIN unnest($1::text[], $2::int[]) AS u(vin, version) ON u.vin = s.vin
     WHERE s.director_version = u.version - 1 ORDER BY s.vin FOR NO KEY UPDATE OF s SKIP LOCKED`,
    [documents.map(({ vin }) => vin), documents.map(({ version }) => version)],
  );
  return new Set(rows.map(({ vin }) => vin));
}
