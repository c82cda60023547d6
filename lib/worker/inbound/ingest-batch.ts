import type { PoolClient } from 'pg';
import { loadHistory, loadStatuses, lockVehicles } from '#lib/db/ingest/load-vehicles.ts';
import { writeQuarantine } from '#lib/db/ingest/quarantine.ts';
import { registerUnknown } from '#lib/db/ingest/register-unknown.ts';
import { claimReportRequests } from '#lib/db/ingest/write-vehicles.ts';
import type { ConfiguredEcu } from '#lib/domain/configuration.ts';
import { presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import type { EcuStatus } from '#lib/protocol/ecu-details.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import { applyToAssignments } from './apply-to-assignments.ts';
import type { AssignmentPort } from './assignment-port.ts';
import { type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import { changesTcu, type FoldableMessage, foldVehicle, REQUEST_INTERVAL_MS } from './fold/fold-vehicle.ts';
import type { Inventory, VehicleChanges, VehicleRecord } from './fold/vehicle-record.ts';
import type { InboundMessage, Rejected, StatusMessage, VehicleMessage } from './messages.ts';
import { parseMessage, reject } from './parse.ts';
import { touchUnchanged } from './touch-unchanged.ts';
import { writeFolded } from './write-folded.ts';

export type IngestContext = {
  names: TopicNames;
  port: AssignmentPort;
  /** Shard of the assignment counters that this worker writes. */
  shard: number;
  now: Date;
};

type ByVin<Message> = Map<string, Message[]>;

/**
 * Stores one batch: a single statement for the vehicles that say "nothing changed", then one transaction for
 * all else. On return everything is committed; on an error the transaction is undone and the batch may be
 * given again, whole or in parts, because every step is idempotent.
 */
export async function ingestBatch(
  client: PoolClient,
  messages: readonly InboundMessage[],
  context: IngestContext,
): Promise<BatchOutcome> {
  const outcome = emptyOutcome();
  const rejected: Rejected[] = [];
  const byVin: ByVin<VehicleMessage> = new Map();
  for (const message of messages) {
    if (message.kind === 'rejected') rejected.push(message);
    else pushTo(byVin, message.vin, message);
  }
  const awaited = await touchUnchanged(client, byVin, outcome);
  const rest = foldable(byVin, context.names);
  if (rest.size + rejected.length + awaited.length === 0) return outcome;
  await client.query('BEGIN');
  try {
    await store(client, rest, rejected, awaited, context, outcome);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
  return outcome;
}

/** What could not be touched is looked at whole, so reports that were recognised by their bytes are parsed. */
function foldable(byVin: ByVin<VehicleMessage>, names: TopicNames): ByVin<FoldableMessage> {
  const result: ByVin<FoldableMessage> = new Map();
  for (const [vin, messages] of byVin) {
    for (const message of messages) {
      const whole = message.kind === 'unchanged' ? parseMessage(names, message.raw) : message;
      if (whole.kind !== 'rejected' && whole.kind !== 'unchanged') pushTo(result, vin, whole);
    }
  }
  return result;
}

async function store(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  rejected: readonly Rejected[],
  awaited: readonly Inventory[],
  context: IngestContext,
  outcome: BatchOutcome,
): Promise<void> {
  const vehicles = await lockKnown(client, byVin, context.now);
  const unknown = rejectUnknown(byVin, vehicles);
  const folded = await foldAll(client, byVin, vehicles, context);
  await writeFolded(client, folded);
  const changes = [...folded.values()].map(({ changes: one }) => one);
  outcome.refused = [...rejected, ...unknown, ...changes.flatMap((change) => change.rejected)];
  await writeQuarantine(client, outcome.refused);
  const inventories = [...awaited, ...changes.flatMap((change) => change.inventory ?? [])];
  const applied = await applyToAssignments(client, folded, inventories, context);

  for (const [vin, { vehicle, changes: change, written }] of folded) {
    if (written) outcome.seen.add(vin);
    if (change.acknowledge > 0) outcome.acknowledge.set(vin, change.acknowledge);
    if (change.request) outcome.requests.set(vin, change.request.minSequence);
    if (vehicle.fingerprint && change.slice) {
      outcome.known.push({ vin, slice: change.slice, fingerprint: vehicle.fingerprint });
    }
    outcome.counts.changes += change.history.length;
  }
  for (const message of rejected) {
    // Stored in quarantine is committed too, or its TCU would send it for ever.
    const { vin, sequence } = message;
    const acknowledged = vin === undefined ? undefined : outcome.acknowledge.get(vin);
    if (vin !== undefined && sequence !== undefined && sequence > (acknowledged ?? 0)) {
      outcome.acknowledge.set(vin, sequence);
    }
  }
  const asked = await claimReportRequests(client, applied.reportRequests, context.now, REQUEST_INTERVAL_MS);
  for (const vin of asked) outcome.requests.set(vin, undefined);
  outcome.campaigns = applied.campaigns;
  outcome.wake = applied.wake;
}

async function lockKnown(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  now: Date,
): Promise<Map<string, VehicleRecord>> {
  if (byVin.size === 0) return new Map();
  const reporting = [...byVin].flatMap(([vin, messages]) =>
    messages.some((message) => message.kind === 'report') ? [vin] : [],
  );
  const vehicles = await lockVehicles(client, [...byVin.keys()], reporting);
  const strangers = reporting.filter((vin) => !vehicles.has(vin));
  const registered = await registerUnknown(client, strangers, now);
  if (registered.length === 0) return vehicles;
  return new Map([...vehicles, ...(await lockVehicles(client, registered, []))]);
}

function rejectUnknown(
  byVin: ByVin<FoldableMessage>,
  vehicles: ReadonlyMap<string, VehicleRecord>,
): Rejected[] {
  const unknown: Rejected[] = [];
  for (const [vin, messages] of byVin) {
    if (vehicles.has(vin)) continue;
    const detail = `No vehicle with the VIN ${vin} is registered.`;
    for (const { raw, kind } of messages) {
      // Presence and receipts of a vehicle that is not registered say nothing worth keeping.
      if (kind !== 'presence' && kind !== 'receipt')
        unknown.push(reject(raw, 'unknown_vehicle', detail, vin));
    }
    byVin.delete(vin);
  }
  return unknown;
}

/** Vehicles of a batch with what became of them, by VIN. */
export type Folded = Map<string, { vehicle: VehicleRecord; changes: VehicleChanges; written: boolean }>;

async function foldAll(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  vehicles: ReadonlyMap<string, VehicleRecord>,
  context: IngestContext,
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
      now: context.now,
    });
    if (changes.dirtyEcus.size > 0) vehicle.configurationKey = keyOf(vehicle);
    folded.set(vin, { vehicle, changes, written: differs(before, vehicle) });
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

/** A message that repeats what is known, such as retained presence, writes nothing. */
function differs(before: VehicleRecord, after: VehicleRecord): boolean {
  const keys = Object.keys(after) as (keyof VehicleRecord)[];
  return keys.some((key) => before[key] !== after[key]);
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

function pushTo<Message>(map: ByVin<Message>, vin: string, message: Message): void {
  const list = map.get(vin);
  if (list) list.push(message);
  else map.set(vin, [message]);
}
