import type { PoolClient } from 'pg';
import { columns } from './columns.ts';

/** A vehicle whose report is newer than the stored one and differs from it in software versions alone. */
export type VersionedState = {
  vin: string;
  /** What is expected to be stored; a vehicle of which something else is stored is left as it is. */
  before: { fingerprint: string | null; epoch: number; ecuRevision: number };
  fingerprint: string | null;
  configurationKey: string | null;
  ecuRevision: number;
  /** The first and the last of its reports. */
  firstSequence: number;
  sequence: number;
  at: Date;
  clockSkewMs: number | null;
};

/** One ECU of such a vehicle that runs another version now. */
export type VersionChange = {
  vin: string;
  ecuId: string;
  from: string;
  to: string;
  epoch: number;
  sequence: number;
  at: Date;
};

// What a vehicle's first word after a silence, a retired vehicle or another worker has changed does not pass the
// conditions. The sub-selects are compared with IS TRUE so that they are looked up and not joined.
const sql = `
WITH stated AS (
  UPDATE vehicle_states s SET
    fingerprint = t.fingerprint, configuration_key = t.configuration_key, ecu_revision = t.revision,
    sequence = greatest(s.sequence, t.sequence), report_sequence = t.sequence, clock_skew_ms = t.skew,
    last_seen_at = greatest(s.last_seen_at, to_timestamp(t.at / 1e3)),
    last_seen_bucket = greatest(s.last_seen_bucket, (t.at / 3.6e6)::int),
    last_report_at = greatest(s.last_report_at, to_timestamp(t.at / 1e3))
  FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::bigint[],
    $10::float8[], $11::bigint[])
    AS t (vin, known_fingerprint, known_epoch, known_revision, fingerprint, configuration_key, revision, first, sequence, at, skew)
  WHERE s.vin = t.vin AND s.fingerprint = t.known_fingerprint AND s.epoch = t.known_epoch
    AND s.ecu_revision = t.known_revision AND s.report_sequence < t.first AND (s.online OR s.presence_at IS NOT NULL)
  RETURNING s.vin
), changed AS (
  UPDATE ecus e SET software_version = c.to_version, changed_at = to_timestamp(c.at / 1e3)
  FROM unnest($12::text[], $13::text[], $14::text[], $15::text[], $16::int[], $17::bigint[], $18::float8[])
    AS c (vin, ecu_id, from_version, to_version, epoch, sequence, at)
  WHERE e.vin = c.vin AND e.ecu_id = c.ecu_id AND (c.vin IN (SELECT vin FROM stated)) IS TRUE
  RETURNING e.vin, e.ecu_id, e.type, e.hardware_version, e.software_version, e.serial, e.state, e.changed_at,
    c.from_version, c.epoch, c.sequence
), history AS (
  INSERT INTO ecu_versions (vin, ecu_id, type, hardware_version, software_version, serial, state, epoch, sequence, at)
  SELECT vin, ecu_id, type, hardware_version, software_version, serial, state, epoch, sequence, changed_at FROM changed
), timeline AS (
  INSERT INTO timeline_events (vin, at, kind, ecu_id, detail, data)
  SELECT vin, changed_at, 'version_changed', ecu_id, from_version || ' → ' || software_version,
    jsonb_build_object('from', from_version, 'to', software_version, 'epoch', epoch, 'sequence', sequence)
  FROM changed
)
SELECT vin FROM unnest($1::text[]) AS given (vin) WHERE (vin IN (SELECT vin FROM stated)) IS NOT TRUE`;

/**
 * Stores reports that change nothing but software versions, of vehicles that nobody has read or locked before: state,
 * ECUs, history and timeline in one statement. Returns the vehicles that are not as expected; of them nothing is
 * stored. Rows are locked in the order of VINs.
 */
export async function writeVersions(
  client: PoolClient,
  states: readonly VersionedState[],
  changes: readonly VersionChange[],
): Promise<Set<string>> {
  const sorted = states.toSorted((a, b) => (a.vin < b.vin ? -1 : 1));
  const { rows } = await client.query<{ vin: string }>({
    name: 'ingest_versions',
    text: sql,
    values: [...stateColumns(sorted), ...changeColumns(changes)],
  });
  return new Set(rows.map(({ vin }) => vin));
}

function stateColumns(states: readonly VersionedState[]): string[] {
  return columns(
    states,
    ({ vin }) => vin,
    ({ before }) => before.fingerprint,
    ({ before }) => before.epoch,
    ({ before }) => before.ecuRevision,
    ({ fingerprint }) => fingerprint,
    ({ configurationKey }) => configurationKey,
    ({ ecuRevision }) => ecuRevision,
    ({ firstSequence }) => firstSequence,
    ({ sequence }) => sequence,
    ({ at }) => at.getTime(),
    ({ clockSkewMs }) => clockSkewMs,
  );
}

function changeColumns(changes: readonly VersionChange[]): string[] {
  return columns(
    changes,
    ({ vin }) => vin,
    ({ ecuId }) => ecuId,
    ({ from }) => from,
    ({ to }) => to,
    ({ epoch }) => epoch,
    ({ sequence }) => sequence,
    ({ at }) => at.getTime(),
  );
}
