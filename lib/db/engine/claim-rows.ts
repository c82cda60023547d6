import type pg from 'pg';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { asPlannedSql, openSql, type TargetEcu, unleasedSql } from './assignment-rows.ts';
import { OFFERS_ALLOWED_SQL } from './campaigns.ts';
import { type Column, rowSource } from './row-source.ts';

/** A due assignment together with what the vehicle is now, read after both rows were locked. */
export type DueRow = {
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
  online: boolean;
  tcuReplaced: boolean;
  timeZone: string;
  complete: boolean;
  retired: boolean;
  skilledPersonOnly: boolean;
  blockedEcuIds: string[] | null;
  busyWith: string | null;
  /** Its owner refused one of the releases in another campaign, and nobody asked to offer it here. */
  declined: boolean;
  dueAt: Date;
  /** Position of the report that the vehicle's ECUs come from. */
  epoch: number;
  reportSequence: number;
  /** The next document of its vehicle, where one was signed ahead. */
  prepared: { basis: string; envelope: string; issuedAt: Date; expiresAt: Date } | null;
};

/**
 * Locks due assignments of one wave together with their vehicles' states, passing over what others hold: a
 * dispatcher never waits, and two never work on one vehicle. Nothing is due while all offers are stopped.
 */
export async function lockDue(
  client: pg.PoolClient,
  campaignId: string,
  wave: number,
  now: Date,
  limit: number,
): Promise<string[]> {
  const { rows } = await client.query<{ vin: string }>({
    name: 'claim_lock',
    text: `SELECT a.vin FROM assignments a JOIN vehicle_states s ON s.vin = a.vin
     WHERE a.campaign_id = $1 AND a.wave = $2 AND a.due_at <= $3 AND a.state <> 'deferred' AND ${unleasedSql('a', '$3')} AND ${OFFERS_ALLOWED_SQL}
     ORDER BY a.due_at, a.vin LIMIT $4 FOR UPDATE OF a, s SKIP LOCKED`,
    values: [campaignId, wave, now, limit],
  });
  return rows.map((row) => row.vin);
}

/** Reads what the decision needs of locked assignments: in a statement of its own, so that nothing is stale. */
export async function readDue(
  client: pg.PoolClient,
  campaignId: string,
  vins: readonly string[],
): Promise<DueRow[]> {
  const { rows } = await client.query<{
    vin: string;
    state: AssignmentState;
    attempt: number;
    offers: number;
    wave: number;
    due_at: Date;
    leased_version: number | null;
    director_version: number;
    configuration_key: string | null;
    as_planned: boolean;
    online: boolean;
    tcu_replaced: boolean;
    time_zone: string;
    complete: boolean;
    retired: boolean;
    skilled_person_only: boolean;
    blocked: boolean;
    partial_ecus: string[];
    busy_with: string | null;
    declined: boolean;
    epoch: number;
    report_sequence: number;
    basis: string | null;
    envelope: string;
    issued_at: number;
    expires_at: number;
  }>({
    name: 'claim_read',
    text: `SELECT a.vin, a.state, a.attempt, a.offers, a.wave, a.due_at,
            CASE WHEN a.leased_by IS NOT NULL THEN a.director_version END AS leased_version,
            s.epoch, s.report_sequence::float8 AS report_sequence, s.director_version, s.configuration_key, ${asPlannedSql('a')} AS as_planned, s.online, s.tcu_replaced_at IS NOT NULL AS tcu_replaced,
            v.time_zone, v.complete, v.retired_at IS NOT NULL AS retired, v.skilled_person_only,
            v.blocked_at IS NOT NULL AS blocked, v.partial_ecus,
            (SELECT o.campaign_id FROM assignments o
             WHERE o.vin = a.vin AND o.campaign_id <> a.campaign_id AND ${openSql('o')}
             LIMIT 1) AS busy_with,
            a.offers = 0 AND a.returns = 0 AND a.attempt = 1 AND EXISTS (
              SELECT 1 FROM assignments d
              WHERE d.vin = a.vin AND d.campaign_id <> a.campaign_id AND d.state = 'declined'
                -- Counted, so that it is looked for only where the vehicle declined anything.
                AND (SELECT count(*) FROM campaign_releases theirs JOIN campaign_releases ours USING (release_id)
                     WHERE theirs.campaign_id = d.campaign_id AND ours.campaign_id = a.campaign_id) > 0) AS declined,
            p.basis, p.envelope::text AS envelope, ${millisecondsSql('p.issued_at')} AS issued_at,
            ${millisecondsSql('p.expires_at')} AS expires_at
     FROM assignments a JOIN vehicle_states s ON s.vin = a.vin JOIN vehicles v ON v.vin = a.vin
     LEFT JOIN director_documents p ON p.vin = s.vin AND p.version = s.director_version + 1 AND p.basis IS NOT NULL
     WHERE a.campaign_id = $1 AND a.vin = ANY($2)`,
    values: [campaignId, vins],
  });
  return rows.map((row) => ({
    vin: row.vin,
    state: row.state,
    attempt: row.attempt,
    offers: row.offers,
    wave: row.wave,
    dueAt: row.due_at,
    leasedVersion: row.leased_version,
    directorVersion: row.director_version,
    configurationKey: row.configuration_key,
    asPlanned: row.as_planned,
    online: row.online,
    tcuReplaced: row.tcu_replaced,
    timeZone: row.time_zone,
    complete: row.complete,
    retired: row.retired,
    skilledPersonOnly: row.skilled_person_only,
    blockedEcuIds: row.blocked ? row.partial_ecus : null,
    busyWith: row.busy_with,
    declined: row.declined,
    epoch: row.epoch,
    reportSequence: row.report_sequence,
    prepared:
      row.basis === null
        ? null
        : {
            basis: row.basis,
            envelope: row.envelope,
            issuedAt: new Date(row.issued_at),
            expiresAt: new Date(row.expires_at),
          },
  }));
}

/** An instant as a number: of thousands of rows, texts of instants cost more to read than all else. */
function millisecondsSql(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::float8`;
}

/** An assignment that is not offered now: when it is looked at again (`null`: when its vehicle stirs), and why. */
export type ParkedRow = { vin: string; dueAt: Date | null; reasons: ExclusionReason[] | null };

export async function parkRows(
  client: pg.PoolClient,
  campaignId: string,
  parked: readonly ParkedRow[],
): Promise<void> {
  if (parked.length === 0) return;
  await client.query(
    `UPDATE assignments a SET due_at = p.due_at, reasons = p.reasons, leased_by = NULL, leased_until = NULL
     FROM json_to_recordset($2::json) AS p(vin text, due_at timestamptz, reasons jsonb)
     WHERE a.campaign_id = $1 AND a.vin = p.vin`,
    [campaignId, JSON.stringify(parked.map(({ vin, dueAt, reasons }) => ({ vin, due_at: dueAt, reasons })))],
  );
}

/** An assignment that is about to be published under a lease. */
export type LeasedRow = {
  vin: string;
  version: number;
  configurationKey: string | null;
  steps: UpdateStep[];
  targets: TargetEcu[];
};

/** Leases rows: until then they are this worker's, after it they are due again with the same document. */
export async function leaseRows(
  client: pg.PoolClient,
  campaignId: string,
  leased: readonly LeasedRow[],
  lease: { by: string; at: Date; until: Date },
): Promise<void> {
  if (leased.length === 0) return;
  const source = rowSource(leased, leaseColumns, 5);
  await client.query(
    `UPDATE assignments a SET leased_by = $2, claimed_at = $4, leased_until = $3, reasons = NULL,
            director_version = l.version, configuration_key = l.configuration_key, steps = l.steps, targets = l.targets
     FROM ${source.sql} AS l WHERE a.campaign_id = $1 AND a.vin = l.vin`,
    [campaignId, lease.by, lease.until, lease.at, ...source.values],
  );
}

const leaseColumns: readonly Column<LeasedRow>[] = [
  ['vin', 'text', ({ vin }) => vin],
  ['version', 'int', ({ version }) => version],
  ['configuration_key', 'text', ({ configurationKey }) => configurationKey],
  ['steps', 'jsonb', ({ steps }) => jsonOf(steps)],
  ['targets', 'jsonb', ({ targets }) => jsonOf(targets)],
];

const texts = new WeakMap<object, string>();

/** Steps and targets are shared by all vehicles of a configuration: each is written as JSON once. */
function jsonOf(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** Of claimed assignments, those that nobody has written since the transaction that claimed them. */
export async function readUntouched(
  client: pg.PoolClient,
  campaignId: string,
  vins: readonly string[],
  transactionId: string,
): Promise<Set<string>> {
  if (vins.length === 0) return new Set();
  const { rows } = await client.query<{ vin: string }>({
    name: 'claim_untouched',
    text: 'SELECT vin FROM assignments WHERE campaign_id = $1 AND vin = ANY($2) AND xmin = $3::xid',
    values: [campaignId, vins, transactionId],
  });
  return new Set(rows.map(({ vin }) => vin));
}

/** A vehicle's Director document: given to it, or signed ahead of the moment at which it may be. */
export type StoredDocument = {
  vin: string;
  version: number;
  campaignId: string;
  attempt: number;
  /** JSON, as it was signed. */
  envelope: string;
  issuedAt: Date;
  expiresAt: Date;
  /** Digest of what it says, apart from its vehicle, version and time; only where it is signed ahead. */
  basis?: string;
};

const documentColumns: readonly Column<StoredDocument>[] = [
  ['vin', 'text', ({ vin }) => vin],
  ['version', 'int', ({ version }) => version],
  ['campaign_id', 'text', ({ campaignId }) => campaignId],
  ['attempt', 'int', ({ attempt }) => attempt],
  ['envelope', 'json', ({ envelope }) => envelope],
  ['issued_at', 'timestamptz', ({ issuedAt }) => issuedAt],
  ['expires_at', 'timestamptz', ({ expiresAt }) => expiresAt],
  ['basis', 'text', ({ basis }) => basis],
];
const documentNames = documentColumns.map(([name]) => name).join(', ');

/**
 * Stores signed documents in the place of what was signed ahead under their versions, which the caller has taken
 * by `raiseVersions` or holds by a lock.
 */
export async function storeDocuments(
  client: Pick<pg.Pool, 'query'>,
  documents: readonly StoredDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const source = rowSource(documents, documentColumns);
  await client.query(
    `INSERT INTO director_documents (${documentNames}) SELECT ${documentNames} FROM ${source.sql} AS d
     ON CONFLICT (vin, version) DO UPDATE SET campaign_id = EXCLUDED.campaign_id, attempt = EXCLUDED.attempt,
       envelope = EXCLUDED.envelope, issued_at = EXCLUDED.issued_at, expires_at = EXCLUDED.expires_at,
       basis = EXCLUDED.basis`,
    source.values,
  );
}

/** From now on these are the newest documents that their vehicles, whose rows the caller has locked, are given. */
export async function raiseVersions(
  client: pg.PoolClient,
  documents: readonly Pick<StoredDocument, 'vin' | 'version'>[],
): Promise<void> {
  if (documents.length === 0) return;
  const source = rowSource(documents, [
    ['vin', 'text', ({ vin }) => vin],
    ['version', 'int', ({ version }) => version],
  ]);
  await client.query(
    `UPDATE vehicle_states s SET director_version = d.version FROM ${source.sql} AS d WHERE s.vin = d.vin`,
    source.values,
  );
}

/** Documents as they were stored, by VIN; for repeating one whose fate is unknown. */
export async function readDocuments(
  client: pg.PoolClient,
  wanted: readonly { vin: string; version: number }[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ vin: string; envelope: string }>(
    `SELECT vin, envelope::text AS envelope FROM director_documents
     WHERE (vin, version) IN (SELECT * FROM unnest($1::text[], $2::int[]))`,
    [wanted.map(({ vin }) => vin), wanted.map(({ version }) => version)],
  );
  return new Map(rows.map((row) => [row.vin, row.envelope]));
}
