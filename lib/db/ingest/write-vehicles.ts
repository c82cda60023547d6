import type { PoolClient } from 'pg';
import type { EcuRecord, VehicleRecord } from '#lib/worker/inbound/fold/vehicle-record.ts';
import { columns } from './columns.ts';

const stateSql = `
UPDATE vehicle_states s SET
  fingerprint = t.fingerprint, configuration_key = t.configuration_key, epoch = t.epoch, sequence = t.sequence,
  report_sequence = t.report_sequence, tcu_serial = t.tcu_serial, tcu_software_version = t.tcu_software_version,
  tcu_replaced_at = t.tcu_replaced_at, online = t.online, connection_id = t.connection_id,
  presence_at = t.presence_at, first_seen_at = t.first_seen_at, last_seen_at = t.last_seen_at,
  last_seen_bucket = coalesce((extract(epoch FROM t.last_seen_at) / 3600)::int, 0),
  last_report_at = t.last_report_at, clock_skew_ms = t.clock_skew_ms,
  report_requested_at = t.report_requested_at, status_count = t.status_count, ecu_revision = t.ecu_revision
FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
  $9::timestamptz[], $10::bool[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[],
  $15::timestamptz[], $16::bigint[], $17::timestamptz[], $18::int[], $19::int[])
  AS t (vin, fingerprint, configuration_key, epoch, sequence, report_sequence, tcu_serial, tcu_software_version,
    tcu_replaced_at, online, connection_id, presence_at, first_seen_at, last_seen_at, last_report_at,
    clock_skew_ms, report_requested_at, status_count, ecu_revision)
WHERE s.vin = t.vin`;

/** Writes the states of vehicles that this transaction has locked. */
export async function writeVehicleStates(
  client: PoolClient,
  vehicles: readonly VehicleRecord[],
): Promise<void> {
  if (vehicles.length === 0) return;
  await client.query({
    name: 'ingest_states',
    text: stateSql,
    values: columns(
      vehicles,
      (vehicle) => vehicle.vin,
      (vehicle) => vehicle.fingerprint,
      (vehicle) => vehicle.configurationKey,
      (vehicle) => vehicle.epoch,
      (vehicle) => vehicle.sequence,
      (vehicle) => vehicle.reportSequence,
      (vehicle) => vehicle.tcuSerial,
      (vehicle) => vehicle.tcuSoftwareVersion,
      (vehicle) => vehicle.tcuReplacedAt,
      (vehicle) => vehicle.online,
      (vehicle) => vehicle.connectionId,
      (vehicle) => vehicle.presenceAt,
      (vehicle) => vehicle.firstSeenAt,
      (vehicle) => vehicle.lastSeenAt,
      (vehicle) => vehicle.lastReportAt,
      (vehicle) => vehicle.clockSkewMs,
      (vehicle) => vehicle.reportRequestedAt,
      (vehicle) => vehicle.statusCount,
      (vehicle) => vehicle.ecuRevision,
    ),
  });
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

/** An ECU row to write; `isNew` where there is none yet. */
export type EcuWrite = { vin: string; ecu: EcuRecord; isNew: boolean };

/** Writes the ECUs that differ from what is stored, of vehicles that this transaction has locked. */
export async function writeEcus(client: PoolClient, writes: readonly EcuWrite[]): Promise<void> {
  const added = writes.filter(({ isNew }) => isNew);
  const changed = writes.filter(({ isNew }) => !isNew);
  await Promise.all([
    added.length > 0 && client.query({ name: 'ingest_add_ecus', text: addEcusSql, values: ecuValues(added) }),
    changed.length > 0 &&
      client.query({ name: 'ingest_change_ecus', text: changeEcusSql, values: ecuValues(changed) }),
  ]);
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
