import type { PoolClient } from 'pg';
import { loadHistory, loadStatuses, lockVehicles } from '#lib/db/ingest/load-vehicles.ts';
import { writeQuarantine } from '#lib/db/ingest/quarantine.ts';
import { type Touch, type Touched, touchVehicles } from '#lib/db/ingest/touch.ts';
import { writeHistory, writeTimeline } from '#lib/db/ingest/write-history.ts';
import { writeEcus, writeEpochs, writeVehicleStates } from '#lib/db/ingest/write-vehicles.ts';
import type { ConfiguredEcu } from '#lib/domain/configuration.ts';
import { presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import type { EcuStatus } from '#lib/protocol/ecu-details.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import { joinApplied, nothingApplied, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import type { AssignmentPort } from './assignment-port.ts';
import { type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import { skewOf } from './fold/fold-current.ts';
import { type FoldableMessage, foldVehicle } from './fold/fold-vehicle.ts';
import type { Inventory, VehicleChanges, VehicleRecord } from './fold/vehicle-record.ts';
import type {
  HeartbeatMessage,
  InboundMessage,
  Rejected,
  StatusMessage,
  UnchangedReport,
  VehicleMessage,
} from './messages.ts';
import { parseMessage, reject } from './parse.ts';

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
  const awaited = await touch(client, byVin, outcome);
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

/** Touches what is unchanged and takes it out of `byVin`; returns the inventories that are waited for. */
async function touch(
  client: PoolClient,
  byVin: ByVin<VehicleMessage>,
  outcome: BatchOutcome,
): Promise<Inventory[]> {
  const touches: Touch[] = [];
  for (const messages of byVin.values()) {
    const one = touchOf(messages);
    if (one) touches.push(one);
  }
  const sequences = new Map(touches.map(({ vin, sequence }) => [vin, sequence]));
  const touched: Touched[] = await touchVehicles(client, touches);
  const awaited: Inventory[] = [];
  for (const { vin, epoch, awaited: isAwaited } of touched) {
    const sequence = sequences.get(vin) ?? 0;
    if (byVin.get(vin)?.some((message) => message.kind === 'unchanged'))
      outcome.acknowledge.set(vin, sequence);
    byVin.delete(vin);
    outcome.seen.add(vin);
    if (isAwaited) awaited.push({ vin, epoch, sequence, changed: false });
  }
  outcome.counts.touched += touched.length;
  return awaited;
}

/** One touch for all messages of a vehicle, where they vouch for one and the same configuration. */
function touchOf(messages: readonly VehicleMessage[]): Touch | undefined {
  let newest: UnchangedReport | HeartbeatMessage | undefined;
  let full = false;
  for (const message of messages) {
    if (message.kind !== 'unchanged' && message.kind !== 'heartbeat') return undefined;
    if (newest && newest.fingerprint !== message.fingerprint) return undefined;
    if (!newest || message.sequence > newest.sequence) newest = message;
    full ||= message.kind === 'unchanged';
  }
  if (!newest) return undefined;
  const { vin, sequence, fingerprint, raw, reportedAt } = newest;
  return {
    vin,
    sequence,
    fingerprint,
    at: raw.receivedAt,
    full,
    clockSkewMs: skewOf(reportedAt, raw.receivedAt),
  };
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
  const vehicles = byVin.size === 0 ? new Map() : await lockVehicles(client, [...byVin.keys()]);
  const unknown = rejectUnknown(byVin, vehicles);
  const folded = await foldAll(client, byVin, vehicles, context);
  await writeFolded(client, folded);
  const changes = [...folded.values()].map(({ changes: one }) => one);
  outcome.refused = [...rejected, ...unknown, ...changes.flatMap((change) => change.rejected)];
  await writeQuarantine(client, outcome.refused);
  const inventories = [...awaited, ...changes.flatMap((change) => change.inventory ?? [])];
  const applied = await applyToAssignments(client, folded, inventories, context);

  for (const [vin, { vehicle, changes: change }] of folded) {
    outcome.seen.add(vin);
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
  for (const vin of applied.reportRequests)
    if (!outcome.requests.has(vin)) outcome.requests.set(vin, undefined);
  outcome.campaigns = applied.campaigns;
  outcome.wake = applied.wake;
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

type Folded = Map<string, { vehicle: VehicleRecord; changes: VehicleChanges }>;

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
    const changes = foldVehicle(vehicle, messages, {
      history: history.get(vin) ?? [],
      statuses: statuses.get(vin) ?? new Map(),
      now: context.now,
    });
    if (changes.dirtyEcus.size > 0) vehicle.configurationKey = keyOf(vehicle);
    folded.set(vin, { vehicle, changes });
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
  return messages.some(
    (message) =>
      message.kind === 'report' &&
      message.sequence <= vehicle.reportSequence &&
      (message.sequence !== vehicle.reportSequence || message.fingerprint !== vehicle.fingerprint),
  );
}

async function writeFolded(client: PoolClient, folded: Folded): Promise<void> {
  const all = [...folded.values()];
  await writeVehicleStates(
    client,
    all.map(({ vehicle }) => vehicle),
  );
  await writeEcus(
    client,
    all.flatMap(({ vehicle, changes }) =>
      [...changes.dirtyEcus].sort().flatMap((ecuId) => {
        const ecu = vehicle.ecus.get(ecuId);
        return ecu ? [{ vin: vehicle.vin, ecu }] : [];
      }),
    ),
  );
  await writeHistory(
    client,
    all.flatMap(({ changes }) => changes.history),
  );
  await writeEpochs(
    client,
    all.flatMap(({ vehicle, changes }) =>
      changes.openedEpochs.map((epoch) => ({ vin: vehicle.vin, ...epoch })),
    ),
  );
  await writeTimeline(
    client,
    all.flatMap(({ changes }) => changes.timeline),
  );
}

async function applyToAssignments(
  client: PoolClient,
  folded: Folded,
  inventories: readonly Inventory[],
  { port, now, shard }: IngestContext,
) {
  const all = [...folded.values()];
  const options = { now, shard };
  const events = all.flatMap(({ changes }) => [
    ...changes.statuses.map(statusEvent),
    ...receiptEvents(changes),
  ]);
  const presence = all.flatMap(({ vehicle, changes }) =>
    changes.presence.map((kind) => ({ vin: vehicle.vin, kind, at: vehicle.presenceAt ?? now })),
  );
  let applied = nothingApplied();
  if (presence.length > 0) applied = await port.onPresence(client, presence, options);
  if (events.length > 0) applied = joinApplied(applied, await port.applyEvents(client, events, options));
  if (inventories.length > 0)
    applied = joinApplied(applied, await port.onInventory(client, inventories, options));
  return applied;
}

function statusEvent({ message, epoch }: VehicleChanges['statuses'][number]): OccurredEvent {
  const { status, vin, raw, sequence } = message;
  const { campaignId, attempt, phase, ecuId, progress, code, partialEcus, detail } = status;
  return {
    vin,
    campaignId,
    receivedAt: raw.receivedAt,
    epoch,
    sequence,
    detail,
    event: { kind: 'status', attempt, order: { epoch, sequence }, phase, ecuId, progress, code, partialEcus },
  };
}

function receiptEvents({ receipts }: VehicleChanges): OccurredEvent[] {
  return receipts.flatMap(({ vin, raw, receipt: { campaignId, attempt, packet, qos } }) =>
    campaignId === undefined || attempt === undefined
      ? []
      : [
          {
            vin,
            campaignId,
            receivedAt: raw.receivedAt,
            event: { kind: 'receipt', attempt },
            data: { packet, qos },
          },
        ],
  );
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
