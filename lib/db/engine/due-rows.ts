import type pg from 'pg';
import type { AssignmentState } from '#lib/domain/states.ts';
import { asPlannedSql, openSql, unleasedSql } from './assignment-rows.ts';
import { OFFERS_ALLOWED_SQL } from './campaigns.ts';

/** What a due assignment and its vehicle's state say at the moment at which both are locked. */
export type LockedDue = {
  vin: string;
  state: AssignmentState;
  attempt: number;
  offers: number;
  wave: number;
  configurationKey: string | null;
  leasedVersion: number | null;
  directorVersion: number;
  /** As the plan made it: no offer, no message, nothing has ever happened to it. */
  asPlanned: boolean;
  /** Its campaign never offered it, so that what its owner refused elsewhere holds. */
  neverOffered: boolean;
  online: boolean;
  tcuReplaced: boolean;
  /** Position of the report that the vehicle's ECUs come from. */
  epoch: number;
  reportSequence: number;
};

/** A due assignment together with what its vehicle is now, read after both rows were locked. */
export type DueRow = Omit<LockedDue, 'neverOffered'> & {
  timeZone: string;
  complete: boolean;
  retired: boolean;
  skilledPersonOnly: boolean;
  blockedEcuIds: string[] | null;
  busyWith: string | null;
  /** Its owner refused one of the releases in another campaign, and nobody asked to offer it here. */
  declined: boolean;
  /** The next document of its vehicle, where one was signed ahead. */
  prepared: { basis: string; envelope: string; issuedAt: Date; expiresAt: Date } | null;
};

/**
 * Locks due assignments of one wave together with their vehicles' states, passing over what others hold: a
 * dispatcher never waits, and two never work on one vehicle. What it tells of both rows is as they were locked, not as
 * the statement first saw them. Nothing is due while all offers are stopped.
 */
export async function lockDue(
  client: pg.PoolClient,
  campaignId: string,
  wave: number,
  now: Date,
  limit: number,
): Promise<LockedDue[]> {
  const { rows } = await client.query<LockedDue>({
    name: 'claim_lock',
    text: `SELECT a.vin, a.state, a.attempt, a.offers, a.wave, ${asPlannedSql('a')} AS "asPlanned",
            a.offers = 0 AND a.returns = 0 AND a.attempt = 1 AS "neverOffered",
            CASE WHEN a.leased_by IS NOT NULL THEN a.director_version END AS "leasedVersion", s.epoch,
            s.report_sequence::float8 AS "reportSequence", s.director_version AS "directorVersion",
            s.configuration_key AS "configurationKey", s.online, s.tcu_replaced_at IS NOT NULL AS "tcuReplaced"
     FROM assignments a JOIN vehicle_states s ON s.vin = a.vin
     WHERE a.campaign_id = $1 AND a.wave = $2 AND a.due_at <= $3 AND a.state <> 'deferred' AND ${unleasedSql('a', '$3')} AND ${OFFERS_ALLOWED_SQL}
     ORDER BY a.due_at, a.vin LIMIT $4 FOR UPDATE OF a, s SKIP LOCKED`,
    values: [campaignId, wave, now, limit],
  });
  return rows;
}

/** Reads what else the decision needs of locked assignments: in a statement of its own, so that nothing is stale. */
export async function readDue(
  client: pg.PoolClient,
  campaignId: string,
  locked: readonly LockedDue[],
): Promise<DueRow[]> {
  const { rows } = await client.query<{
    vin: string;
    time_zone: string;
    complete: boolean;
    retired: boolean;
    skilled_person_only: boolean;
    blocked_ecus: string[] | null;
    busy_with: string | null;
    declined: boolean | null;
    basis: string | null;
    envelope: string;
    issued_at: number;
    expires_at: number;
  }>({
    name: 'claim_read',
    text: `SELECT v.vin, v.time_zone, v.complete, v.retired_at IS NOT NULL AS retired, v.skilled_person_only,
            CASE WHEN v.blocked_at IS NOT NULL THEN v.partial_ecus END AS blocked_ecus, o.busy_with, o.declined,
            p.basis, p.envelope::text AS envelope, ${millisecondsSql('p.issued_at')} AS issued_at,
            ${millisecondsSql('p.expires_at')} AS expires_at
     FROM unnest($2::text[], $3::int[]) AS d(vin, version) JOIN vehicles v ON v.vin = d.vin
     LEFT JOIN director_documents p ON p.vin = d.vin AND p.version = d.version AND p.basis IS NOT NULL
     CROSS JOIN LATERAL (
       SELECT min(o.campaign_id) FILTER (WHERE ${openSql('o')}) AS busy_with,
              -- Counted, so that it is looked for only where the vehicle declined anything.
              bool_or(o.state = 'declined' AND (
                SELECT count(*) FROM campaign_releases theirs JOIN campaign_releases ours USING (release_id)
                WHERE theirs.campaign_id = o.campaign_id AND ours.campaign_id = $1) > 0) AS declined
       FROM assignments o WHERE o.vin = d.vin AND o.campaign_id <> $1
     ) AS o`,
    values: [
      campaignId,
      locked.map(({ vin }) => vin),
      locked.map(({ directorVersion }) => directorVersion + 1),
    ],
  });
  const byVin = new Map(locked.map((row) => [row.vin, row]));
  return rows.flatMap((row): DueRow[] => {
    const due = byVin.get(row.vin);
    if (!due) return [];
    const { neverOffered, ...known } = due;
    return [
      {
        ...known,
        timeZone: row.time_zone,
        complete: row.complete,
        retired: row.retired,
        skilledPersonOnly: row.skilled_person_only,
        blockedEcuIds: row.blocked_ecus,
        busyWith: row.busy_with,
        declined: neverOffered && (row.declined ?? false),
        prepared: preparedOf(row),
      },
    ];
  });
}

function preparedOf(row: {
  basis: string | null;
  envelope: string;
  issued_at: number;
  expires_at: number;
}): DueRow['prepared'] {
  const { basis, envelope } = row;
  if (basis === null) return null;
  return { basis, envelope, issuedAt: new Date(row.issued_at), expiresAt: new Date(row.expires_at) };
}

/** An instant as a number: of thousands of rows, texts of instants cost more to read than all else. */
function millisecondsSql(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::float8`;
}
