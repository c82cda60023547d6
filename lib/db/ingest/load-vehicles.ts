import type { PoolClient } from 'pg';
import { allSettled } from '#lib/db/together.ts';
import type {
  EcuRecord,
  HistoryRow,
  StoredStatus,
  VehicleRecord,
} from '#lib/worker/inbound/fold/vehicle-record.ts';

const lockSql = `
SELECT s.vin, s.fingerprint, s.configuration_key AS "configurationKey", s.epoch,
  s.sequence::float8 AS sequence, s.report_sequence::float8 AS "reportSequence",
  s.tcu_serial AS "tcuSerial", s.tcu_software_version AS "tcuSoftwareVersion",
  s.tcu_replaced_at AS "tcuReplacedAt", s.online, s.connection_id AS "connectionId",
  s.presence_at AS "presenceAt", s.first_seen_at AS "firstSeenAt", s.last_seen_at AS "lastSeenAt",
  s.last_report_at AS "lastReportAt", s.clock_skew_ms::float8 AS "clockSkewMs",
  s.report_requested_at AS "reportRequestedAt", s.status_count AS "statusCount", s.ecu_revision AS "ecuRevision",
  CASE WHEN s.epoch > 1 THEN
    ARRAY(SELECT e.serial FROM tcu_epochs e WHERE e.vin = s.vin AND e.epoch < s.epoch) ELSE '{}' END AS "formerSerials"
FROM vehicle_states s
WHERE s.vin = ANY($1)
ORDER BY s.vin FOR UPDATE`;

const goneSql = `
SELECT asked.vin FROM unnest($1::text[]) AS asked (vin)
WHERE NOT EXISTS (SELECT FROM vehicles v WHERE v.vin = asked.vin AND v.retired_at IS NULL)`;

const createSql = `
INSERT INTO vehicle_states (vin)
SELECT vin FROM vehicles WHERE vin = ANY($1) AND retired_at IS NULL ORDER BY vin
ON CONFLICT DO NOTHING`;

const ecusSql = `
SELECT vin, json_agg(json_build_array(ecu_id, type, hardware_version, software_version, part_number, serial,
  status, faults, state, swapped_at, changed_at)) AS ecus
FROM ecus WHERE vin = ANY($1) GROUP BY vin`;

type LockedRow = Omit<VehicleRecord, 'ecus'>;
type EcuTuple = [
  string,
  string,
  string,
  string,
  string | null,
  string | null,
  string,
  string[],
  EcuRecord['state'],
  string | null,
  string,
];

/** ECUs that are known without reading them; asked with the state that was locked. */
export type RememberedEcus = (locked: Omit<VehicleRecord, 'ecus'>) => Map<string, EcuRecord> | undefined;

/**
 * Locks the states of these vehicles in the order of their VINs, so that workers never deadlock, and loads
 * those ECUs of the `reporting` ones that are not remembered. Unknown and retired vehicles are left out; a
 * registered one without a state gets one.
 */
export async function lockVehicles(
  client: PoolClient,
  vins: readonly string[],
  reporting: readonly string[],
  remembered: RememberedEcus,
): Promise<Map<string, VehicleRecord>> {
  const sorted = vins.toSorted();
  let rows = await lock(client, sorted);
  if (rows.length < sorted.length) {
    const found = new Set(rows.map((row) => row.vin));
    const created = await client.query(createSql, [sorted.filter((vin) => !found.has(vin))]);
    if (created.rowCount) rows = await lock(client, sorted);
  }
  const vehicles = new Map(rows.map((row) => [row.vin, { ...row, ecus: new Map<string, EcuRecord>() }]));
  const unread = reporting.filter((vin) => {
    const vehicle = vehicles.get(vin);
    const ecus = vehicle && remembered(vehicle);
    if (ecus) vehicle.ecus = ecus;
    return vehicle !== undefined && ecus === undefined;
  });
  if (unread.length === 0) return vehicles;
  // A statement of its own: it must see what the previous holder of the lock committed.
  const ecus = await client.query<{ vin: string; ecus: EcuTuple[] }>({
    name: 'ingest_ecus',
    text: ecusSql,
    values: [unread],
  });
  for (const row of ecus.rows) {
    const vehicle = vehicles.get(row.vin);
    for (const tuple of row.ecus) vehicle?.ecus.set(tuple[0], ecuOf(tuple));
  }
  return vehicles;
}

async function lock(client: PoolClient, vins: readonly string[]): Promise<LockedRow[]> {
  const [locked, gone] = await allSettled([
    client.query<LockedRow>({ name: 'ingest_lock', text: lockSql, values: [vins] }),
    // After the lock, or it would not see a retirement that the lock has waited for. A state may also outlive its
    // vehicle's master data: nothing but the services binds the two. (They forget the fingerprint of what they
    // retire, so that touches, which look at states alone, never stand for it.)
    client.query<{ vin: string }>({ name: 'ingest_gone', text: goneSql, values: [vins] }),
  ]);
  if (gone.rows.length === 0) return locked.rows;
  const left = new Set(gone.rows.map(({ vin }) => vin));
  return locked.rows.filter(({ vin }) => !left.has(vin));
}

function ecuOf(tuple: EcuTuple): EcuRecord {
  const [
    ecuId,
    type,
    hardwareVersion,
    softwareVersion,
    partNumber,
    serial,
    status,
    faults,
    state,
    swapped,
    changed,
  ] = tuple;
  return {
    ecuId,
    type,
    hardwareVersion,
    softwareVersion,
    partNumber,
    serial,
    status,
    faults,
    state,
    swappedAt: swapped === null ? null : new Date(swapped),
    changedAt: new Date(changed),
  };
}

/** The whole version history of these vehicles, for reports that are not newer than the current one. */
export async function loadHistory(
  client: PoolClient,
  vins: readonly string[],
): Promise<Map<string, HistoryRow[]>> {
  if (vins.length === 0) return new Map();
  const result = await client.query<HistoryRow>(
    `SELECT vin, ecu_id AS "ecuId", type, hardware_version AS "hardwareVersion",
       software_version AS "softwareVersion", serial, state, epoch, sequence::float8 AS sequence, at
     FROM ecu_versions WHERE vin = ANY($1)`,
    [vins],
  );
  return Map.groupBy(result.rows, (row) => row.vin);
}

/** Statuses that are stored already under these positions, by VIN and sequence. */
export async function loadStatuses(
  client: PoolClient,
  positions: readonly { vin: string; epoch: number; sequence: number }[],
): Promise<Map<string, Map<number, StoredStatus>>> {
  const found = new Map<string, Map<number, StoredStatus>>();
  if (positions.length === 0) return found;
  const result = await client.query<StoredStatus & { vin: string; sequence: number }>(
    `SELECT t.vin, t.sequence::float8 AS sequence, coalesce(t.campaign_id, '') AS "campaignId",
       coalesce(t.attempt, 0) AS attempt, coalesce(t.phase, '') AS phase, t.ecu_id AS "ecuId"
     FROM timeline_events t JOIN unnest($1::text[], $2::int[], $3::bigint[]) AS p (vin, epoch, sequence)
       ON t.vin = p.vin AND t.epoch = p.epoch AND t.sequence = p.sequence`,
    [
      positions.map((position) => position.vin),
      positions.map((position) => position.epoch),
      positions.map((position) => position.sequence),
    ],
  );
  for (const { vin, sequence, ...status } of result.rows) {
    const ofVehicle = found.get(vin) ?? new Map<number, StoredStatus>();
    found.set(vin, ofVehicle.set(sequence, status));
  }
  return found;
}
