import type pg from 'pg';
import { repeated } from '#lib/db/repeated.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { TargetEcu } from './assignment-rows.ts';
import { type Column, rowSource } from './row-source.ts';

/** An assignment that is not offered now: when it is looked at again (`null`: when its vehicle stirs), and why. */
export type ParkedRow = {
  vin: string;
  dueAt: Date | null;
  reasons: ExclusionReason[] | null;
  /** Its lease ran out, and nobody knows whether its offer is with the broker: whoever ends it must say so there. */
  mayBeOut: boolean;
};

export async function parkRows(
  client: pg.PoolClient,
  campaignId: string,
  parked: readonly ParkedRow[],
): Promise<void> {
  if (parked.length === 0) return;
  await client.query(
    `UPDATE assignments a SET due_at = p.due_at, reasons = p.reasons, leased_until = NULL,
       leased_by = CASE WHEN p.may_be_out THEN a.leased_by END
     FROM json_to_recordset($2::json) AS p(vin text, due_at timestamptz, reasons jsonb, may_be_out boolean)
     WHERE a.campaign_id = $1 AND a.vin = p.vin`,
    [
      campaignId,
      JSON.stringify(
        parked.map(({ vin, dueAt, reasons, mayBeOut }) => ({
          ...{ vin, reasons, due_at: dueAt, may_be_out: mayBeOut },
        })),
      ),
    ],
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
  const text = `UPDATE assignments a SET leased_by = $2, claimed_at = $4, leased_until = $3, reasons = NULL,
            director_version = l.version, configuration_key = l.configuration_key, steps = l.steps, targets = l.targets
     FROM ${source.sql} AS l WHERE a.campaign_id = $1 AND a.vin = l.vin`;
  await client.query(repeated(text, [campaignId, lease.by, lease.until, lease.at, ...source.values]));
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
  const text = `INSERT INTO director_documents (${documentNames}) SELECT ${documentNames} FROM ${source.sql} AS d
     ON CONFLICT (vin, version) DO UPDATE SET campaign_id = EXCLUDED.campaign_id, attempt = EXCLUDED.attempt,
       envelope = EXCLUDED.envelope, issued_at = EXCLUDED.issued_at, expires_at = EXCLUDED.expires_at,
       basis = EXCLUDED.basis`;
  await client.query(repeated(text, source.values));
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
  const text = `UPDATE vehicle_states s SET director_version = d.version FROM ${source.sql} AS d WHERE s.vin = d.vin`;
  await client.query(repeated(text, source.values));
}

/** Documents as they were stored, by VIN; for repeating one whose fate is unknown. */
export async function readDocuments(
  client: pg.PoolClient,
  wanted: readonly { vin: string; version: number }[],
): Promise<Map<string, { envelope: string; basis: string | null }>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ vin: string; envelope: string; basis: string | null }>(
    `SELECT vin, envelope::text AS envelope, basis FROM director_documents
     WHERE (vin, version) IN (SELECT * FROM unnest($1::text[], $2::int[]))`,
    [wanted.map(({ vin }) => vin), wanted.map(({ version }) => version)],
  );
  return new Map(rows.map(({ vin, ...document }) => [vin, document]));
}
