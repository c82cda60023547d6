import type { Queryable } from '#lib/db/queryable.ts';

/** An offer that waits, without a document that was signed ahead. */
export type UnsignedRow = {
  vin: string;
  attempt: number;
  directorVersion: number;
  configurationKey: string | null;
};

/** Where a look through what waits goes on: after this vehicle among those that are due at this instant. */
export type DueCursor = { dueAt: Date; vin: string };

/**
 * Reads the next offers of a wave, those that are due first first, that were planned for vehicles now online and are
 * not signed; `last` is where to go on, `null` at the end. Nothing is locked, and what waits for its vehicle is not
 * looked at.
 */
export async function readUnsigned(
  db: Queryable,
  page: {
    campaignId: string;
    wave: number;
    after: DueCursor;
    limit: number;
    /** A document that was signed before is signed anew. */
    signedAfter: Date;
  },
): Promise<{ rows: UnsignedRow[]; last: DueCursor | null }> {
  const { rows } = await db.query<UnsignedRow & { dueAt: Date; unsigned: boolean }>({
    name: 'ahead_unsigned',
    text: `SELECT a.vin, a.due_at AS "dueAt", a.attempt, s.director_version AS "directorVersion",
            s.configuration_key AS "configurationKey",
            s.online AND a.leased_by IS NULL AND a.steps IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM director_documents d WHERE d.vin = s.vin AND d.version = s.director_version + 1
                              AND d.issued_at > $6) AS unsigned
     FROM (SELECT * FROM assignments WHERE campaign_id = $1 AND wave = $2 AND due_at IS NOT NULL AND state <> 'deferred'
             AND (due_at, vin) > ($3, $4) ORDER BY due_at, vin LIMIT $5) AS a
     JOIN vehicle_states s ON s.vin = a.vin ORDER BY a.due_at, a.vin`,
    values: [page.campaignId, page.wave, page.after.dueAt, page.after.vin, page.limit, page.signedAfter],
  });
  const last = rows.at(-1);
  return {
    rows: rows.filter(({ unsigned }) => unsigned),
    last: last === undefined || rows.length < page.limit ? null : { dueAt: last.dueAt, vin: last.vin },
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
