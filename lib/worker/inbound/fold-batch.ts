import type { PoolClient } from 'pg';
import { loadHistory, loadStatuses } from '#lib/db/ingest/load-vehicles.ts';
import type { StateExtent } from '#lib/db/ingest/write-vehicles.ts';
import { type ConfiguredEcu, presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import type { EcuStatus } from '#lib/protocol/ecu-details.ts';
import { changesTcu, type FoldableMessage, foldVehicle } from './fold/fold-vehicle.ts';
import type { VehicleChanges, VehicleRecord } from './fold/vehicle-record.ts';
import type { StatusMessage } from './messages.ts';

/** Vehicles of a batch with what became of them, by VIN. */
export type Folded = Map<
  string,
  { vehicle: VehicleRecord; changes: VehicleChanges; written: StateExtent | 'none' }
>;

/** Folds the messages of a batch into the records of their vehicles, which are locked. */
export async function foldBatch(
  client: PoolClient,
  byVin: ReadonlyMap<string, readonly FoldableMessage[]>,
  vehicles: ReadonlyMap<string, VehicleRecord>,
  now: Date,
): Promise<Folded> {
  const known = [...byVin].flatMap(([vin, messages]) => {
    const vehicle = vehicles.get(vin);
    return vehicle ? [{ vin, vehicle, messages }] : [];
  });
  const history = await loadHistory(
    client,
    known.filter(needsHistory).map(({ vin }) => vin),
  );
  const statuses = await loadStatuses(
    client,
    known.flatMap(({ vin, vehicle, messages }) =>
      messages
        .filter((message): message is StatusMessage => message.kind === 'status')
        .filter(({ sequence }) => sequence <= vehicle.sequence)
        .map(({ sequence }) => ({ vin, epoch: vehicle.epoch, sequence })),
    ),
  );
  const folded: Folded = new Map();
  for (const { vin, vehicle, messages } of known) {
    const before = { ...vehicle };
    const changes = foldVehicle(vehicle, messages, {
      history: history.get(vin) ?? [],
      statuses: statuses.get(vin) ?? new Map(),
      now,
    });
    if (changes.dirtyEcus.size > 0) {
      vehicle.configurationKey = keyOf(vehicle);
      vehicle.ecuRevision += 1;
    }
    folded.set(vin, { vehicle, changes, written: extentOf(before, vehicle) });
  }
  return folded;
}

/** A report that is not newer than the current one, or a change of TCU within the batch. */
function needsHistory({
  vehicle,
  messages,
}: {
  vehicle: VehicleRecord;
  messages: readonly FoldableMessage[];
}): boolean {
  const isOlder = (message: FoldableMessage) =>
    message.kind === 'report' &&
    message.sequence <= vehicle.reportSequence &&
    (message.sequence !== vehicle.reportSequence || message.fingerprint !== vehicle.fingerprint);
  return messages.some(isOlder) || changesTcu(vehicle, messages);
}

const reportKeys: ReadonlySet<string> = new Set<keyof VehicleRecord>([
  'fingerprint',
  'configurationKey',
  'sequence',
  'reportSequence',
  'lastSeenAt',
  'lastReportAt',
  'clockSkewMs',
  'ecuRevision',
]);

/** What of the state has to be written; a message that repeats what is known, such as retained presence, writes nothing. */
function extentOf(before: VehicleRecord, after: VehicleRecord): StateExtent | 'none' {
  let extent: StateExtent | 'none' = 'none';
  for (const [key, value] of Object.entries(before)) {
    if (value === Reflect.get(after, key)) continue;
    if (!reportKeys.has(key)) return 'all';
    extent = 'report';
  }
  return extent;
}

function keyOf(vehicle: VehicleRecord): string {
  const ecus = Array.from(vehicle.ecus.values(), (ecu): ConfiguredEcu => {
    const { ecuId, type, hardwareVersion, softwareVersion } = ecu;
    return {
      ecuId,
      type,
      hardwareVersion,
      softwareVersion,
      status: statusOf(ecu.status),
      state: presenceOf(ecu),
    };
  });
  return configurationKey({ ecus });
}

/** The column is text; only parsed reports write it. */
function statusOf(status: string): EcuStatus {
  return status as EcuStatus;
}
