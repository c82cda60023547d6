import type { PoolClient } from 'pg';
import { loadHistory, loadStatuses } from '#lib/db/ingest/load-vehicles.ts';
import type { StateExtent } from '#lib/db/ingest/write-vehicles.ts';
import { type ConfiguredEcu, presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import type { EcuStatus } from '#lib/protocol/ecu-details.ts';
import { changesTcu, type FoldableMessage, type FoldContext, foldVehicle } from './fold/fold-vehicle.ts';
import type { VehicleChanges, VehicleRecord } from './fold/vehicle-record.ts';
import type { StatusMessage } from './messages.ts';

export type FoldedVehicle = {
  vehicle: VehicleRecord;
  changes: VehicleChanges;
  written: StateExtent | 'none';
};
/** Vehicles of a batch with what became of them, by VIN. */
export type Folded = Map<string, FoldedVehicle>;

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
    const stored = { history: history.get(vin) ?? [], statuses: statuses.get(vin) ?? new Map(), now };
    folded.set(vin, foldOne({ ...vehicle }, vehicle, messages, stored));
  }
  return folded;
}

/** Folds the messages of one vehicle into `vehicle`, which is as it was `before`. */
export function foldOne(
  before: Readonly<VehicleRecord>,
  vehicle: VehicleRecord,
  messages: readonly FoldableMessage[],
  context: FoldContext,
): FoldedVehicle {
  const changes = foldVehicle(vehicle, messages, context);
  if (changes.dirtyEcus.size > 0) {
    vehicle.configurationKey = keyOf(vehicle);
    vehicle.ecuRevision += 1;
  }
  return { vehicle, changes, written: extentOf(before, vehicle) };
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

type StoredKey = Exclude<keyof VehicleRecord, 'vin' | 'formerSerials' | 'ecus'>;

/** What of the state has to be written where a member moves: an ordinary report moves some of them only. */
const MOVED: Record<StoredKey, StateExtent> = {
  fingerprint: 'report',
  configurationKey: 'report',
  sequence: 'report',
  reportSequence: 'report',
  lastSeenAt: 'report',
  lastReportAt: 'report',
  clockSkewMs: 'report',
  ecuRevision: 'report',
  epoch: 'all',
  tcuSerial: 'all',
  tcuSoftwareVersion: 'all',
  tcuReplacedAt: 'all',
  online: 'all',
  connectionId: 'all',
  presenceAt: 'all',
  firstSeenAt: 'all',
  reportRequestedAt: 'all',
  statusCount: 'all',
};
const reportKeys = keysThatMove('report');
const otherKeys = keysThatMove('all');

/** The keys of `MOVED` are all that its type names. */
function keysThatMove(extent: StateExtent): StoredKey[] {
  return (Object.keys(MOVED) as StoredKey[]).filter((key) => MOVED[key] === extent);
}

/** What of the state has to be written; a message that repeats what is known, such as retained presence, writes nothing. */
function extentOf(before: Readonly<VehicleRecord>, after: VehicleRecord): StateExtent | 'none' {
  const differs = (key: StoredKey) => before[key] !== after[key];
  if (otherKeys.some(differs)) return 'all';
  return reportKeys.some(differs) ? 'report' : 'none';
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
