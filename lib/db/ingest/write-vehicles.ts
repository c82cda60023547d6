import type { PoolClient } from 'pg';
import type { EcuExtent, EcuRecord, VehicleRecord } from '#lib/worker/inbound/fold/vehicle-record.ts';
import { type Cell, columns } from './columns.ts';

type StateColumn = [name: string, type: string, read: (vehicle: VehicleRecord) => Cell];

/** What an ordinary report moves. */
const reportColumns: StateColumn[] = [
  ['fingerprint', 'text', ({ fingerprint }) => fingerprint],
  ['configuration_key', 'text', ({ configurationKey }) => configurationKey],
  ['sequence', 'bigint', ({ sequence }) => sequence],
  ['report_sequence', 'bigint', ({ reportSequence }) => reportSequence],
  ['last_seen_at', 'timestamptz', ({ lastSeenAt }) => lastSeenAt],
  ['last_report_at', 'timestamptz', ({ lastReportAt }) => lastReportAt],
  ['clock_skew_ms', 'bigint', ({ clockSkewMs }) => clockSkewMs],
  ['ecu_revision', 'int', ({ ecuRevision }) => ecuRevision],
];

const allColumns: StateColumn[] = [
  ...reportColumns,
  ['epoch', 'int', ({ epoch }) => epoch],
  ['tcu_serial', 'text', ({ tcuSerial }) => tcuSerial],
  ['tcu_software_version', 'text', ({ tcuSoftwareVersion }) => tcuSoftwareVersion],
  ['tcu_replaced_at', 'timestamptz', ({ tcuReplacedAt }) => tcuReplacedAt],
  ['online', 'bool', ({ online }) => online],
  ['connection_id', 'text', ({ connectionId }) => connectionId],
  ['presence_at', 'timestamptz', ({ presenceAt }) => presenceAt],
  ['first_seen_at', 'timestamptz', ({ firstSeenAt }) => firstSeenAt],
  ['report_requested_at', 'timestamptz', ({ reportRequestedAt }) => reportRequestedAt],
  ['status_count', 'int', ({ statusCount }) => statusCount],
];

const stateStatements = {
  report: stateStatement('ingest_reported_states', reportColumns),
  all: stateStatement('ingest_states', allColumns),
};

function stateStatement(name: string, given: StateColumn[]) {
  const names = given.map(([column]) => column);
  const text = `
UPDATE vehicle_states s SET ${names.map((column) => `${column} = t.${column}`).join(', ')},
  last_seen_bucket = coalesce((extract(epoch FROM t.last_seen_at) / 3600)::int, 0)
FROM unnest($1::text[], ${given.map(([, type], place) => `$${place + 2}::${type}[]`).join(', ')})
  AS t (vin, ${names.join(', ')})
WHERE s.vin = t.vin`;
  const readers = given.map(([, , read]) => read);
  return (vehicles: readonly VehicleRecord[]) => ({
    name,
    text,
    values: columns(vehicles, ({ vin }) => vin, ...readers),
  });
}

/** Which columns of a vehicle's state to write: those that an ordinary report moves, or all. */
export type StateExtent = keyof typeof stateStatements;

/** Writes the states of vehicles that this transaction has locked. */
export async function writeVehicleStates(
  client: PoolClient,
  vehicles: readonly VehicleRecord[],
  extent: StateExtent,
): Promise<void> {
  if (vehicles.length > 0) await client.query(stateStatements[extent](vehicles));
}

const ecuColumns = `vin, ecu_id, type, hardware_version, software_version, part_number, serial, status, faults, state,
  swapped_at, changed_at`;

const ecusGiven = `SELECT vin, ecu_id, type, hardware_version, software_version, part_number, serial, status,
  CASE faults WHEN '[]' THEN '{}' ELSE ARRAY(SELECT jsonb_array_elements_text(faults::jsonb)) END AS faults, state,
  swapped_at, changed_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[]) AS t (${ecuColumns})`;

const addEcusSql = `
INSERT INTO ecus (${ecuColumns}) ${ecusGiven}
ON CONFLICT (vin, ecu_id) DO UPDATE SET
  type = EXCLUDED.type, hardware_version = EXCLUDED.hardware_version,
  software_version = EXCLUDED.software_version, part_number = EXCLUDED.part_number, serial = EXCLUDED.serial,
  status = EXCLUDED.status, faults = EXCLUDED.faults, state = EXCLUDED.state,
  swapped_at = EXCLUDED.swapped_at, changed_at = EXCLUDED.changed_at`;

const changeEcusSql = `
UPDATE ecus e SET type = t.type, hardware_version = t.hardware_version, software_version = t.software_version,
  part_number = t.part_number, serial = t.serial, status = t.status, faults = t.faults, state = t.state,
  swapped_at = t.swapped_at, changed_at = t.changed_at
FROM (${ecusGiven}) AS t WHERE e.vin = t.vin AND e.ecu_id = t.ecu_id`;

const changeVersionsSql = `
UPDATE ecus e SET software_version = t.software_version, changed_at = t.changed_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS t (vin, ecu_id, software_version, changed_at)
WHERE e.vin = t.vin AND e.ecu_id = t.ecu_id`;

export type EcuWrite = { vin: string; ecu: EcuRecord; extent: EcuExtent };

/** Writes the ECUs that differ from what is stored, of vehicles that this transaction has locked. */
export async function writeEcus(client: PoolClient, writes: readonly EcuWrite[]): Promise<void> {
  const added = writes.filter(({ extent }) => extent === 'new');
  const versions = writes.filter(({ extent }) => extent === 'version');
  const changed = writes.filter(({ extent }) => extent === 'all');
  await Promise.all([
    added.length > 0 && client.query({ name: 'ingest_add_ecus', text: addEcusSql, values: ecuValues(added) }),
    versions.length > 0 &&
      client.query({
        name: 'ingest_change_versions',
        text: changeVersionsSql,
        values: versionValues(versions),
      }),
    changed.length > 0 &&
      client.query({ name: 'ingest_change_ecus', text: changeEcusSql, values: ecuValues(changed) }),
  ]);
}

function versionValues(writes: readonly EcuWrite[]): string[] {
  return columns(
    writes,
    ({ vin }) => vin,
    ({ ecu }) => ecu.ecuId,
    ({ ecu }) => ecu.softwareVersion,
    ({ ecu }) => ecu.changedAt,
  );
}

function ecuValues(writes: readonly EcuWrite[]): string[] {
  return columns(
    writes,
    ({ vin }) => vin,
    ({ ecu }) => ecu.ecuId,
    ({ ecu }) => ecu.type,
    ({ ecu }) => ecu.hardwareVersion,
    ({ ecu }) => ecu.softwareVersion,
    ({ ecu }) => ecu.partNumber,
    ({ ecu }) => ecu.serial,
    ({ ecu }) => ecu.status,
    ({ ecu }) => (ecu.faults.length === 0 ? '[]' : JSON.stringify(ecu.faults)),
    ({ ecu }) => ecu.state,
    ({ ecu }) => ecu.swappedAt,
    ({ ecu }) => ecu.changedAt,
  );
}

/** Opens the epochs of TCUs heard for the first time. */
export async function writeEpochs(
  client: PoolClient,
  epochs: readonly { vin: string; epoch: number; serial: string; openedAt: Date }[],
): Promise<void> {
  if (epochs.length === 0) return;
  await client.query(
    `INSERT INTO tcu_epochs (vin, epoch, serial, opened_at, confirmed_at)
     SELECT vin, epoch, serial, at, CASE WHEN epoch = 1 THEN at END
     FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[]) AS t (vin, epoch, serial, at)
     ON CONFLICT DO NOTHING`,
    columns(
      epochs,
      (row) => row.vin,
      (row) => row.epoch,
      (row) => row.serial,
      (row) => row.openedAt,
    ),
  );
}

/** Of these vehicles those that were not asked for a full report within `intervalMs`; they count as asked now. */
export async function claimReportRequests(
  client: PoolClient,
  vins: readonly string[],
  now: Date,
  intervalMs: number,
): Promise<string[]> {
  if (vins.length === 0) return [];
  const claimed = await client.query<{ vin: string }>(
    `UPDATE vehicle_states SET report_requested_at = $2
     WHERE vin = ANY($1) AND (report_requested_at IS NULL OR report_requested_at <= $3) RETURNING vin`,
    [vins.toSorted(), now, new Date(now.getTime() - intervalMs)],
  );
  return claimed.rows.map((row) => row.vin);
}
