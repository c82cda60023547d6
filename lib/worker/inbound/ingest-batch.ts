import type { PoolClient } from 'pg';
import type { JoinScreen, MayJoin } from '#lib/db/engine/join-screen.ts';
import { lockVehicles } from '#lib/db/ingest/load-vehicles.ts';
import { writeQuarantine } from '#lib/db/ingest/quarantine.ts';
import { registerUnknown } from '#lib/db/ingest/register-unknown.ts';
import { claimReportRequests } from '#lib/db/ingest/write-vehicles.ts';
import { allSettled } from '#lib/db/together.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import { applyToAssignments } from './apply-to-assignments.ts';
import type { AssignmentPort } from './assignment-port.ts';
import { type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import { type FoldableMessage, REQUEST_INTERVAL_MS } from './fold/fold-vehicle.ts';
import type { Inventory, VehicleRecord } from './fold/vehicle-record.ts';
import { type Folded, foldBatch } from './fold-batch.ts';
import type { KnownEcus } from './known-ecus.ts';
import type { InboundMessage, Rejected, VehicleMessage } from './messages.ts';
import { parseMessage, reject } from './parse.ts';
import { noteTouched, planTouches } from './touch-unchanged.ts';
import { writeFolded } from './write-folded.ts';

export type IngestContext = {
  names: TopicNames;
  port: AssignmentPort;
  /** Shard of the assignment counters that this worker writes. */
  shard: number;
  now: Date;
  /** What this worker remembers between batches; without it everything is read. */
  remembered?: { ecus: KnownEcus; screen: JoinScreen } | undefined;
};

type ByVin<Message> = Map<string, Message[]>;
type Opened = { vehicles: Map<string, VehicleRecord>; mayJoin: MayJoin | undefined };

/**
 * Stores one batch: a single statement for the vehicles that say "nothing changed", and one transaction for
 * all else, whose first statements travel with it. On return everything is committed; on an error the
 * transaction is undone and the batch may be given again, whole or in parts, because every step is idempotent.
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
  const touches = planTouches(byVin);
  const rest = foldable(byVin, touches.rest, context.names);
  let begun = rest.size + rejected.length > 0;
  try {
    const [touched, early] = await allSettled([
      touches.run(client),
      begun ? open(client, rest, context) : undefined,
    ]);
    const { awaited, untouched } = noteTouched(touches, touched, byVin, outcome);
    const late = foldable(byVin, untouched, context.names);
    if (!begun && late.size + awaited.length === 0) return outcome;
    let opened = early;
    if (late.size > 0 || !opened) {
      // Rows are locked in the order of VINs: with these among them it begins anew.
      if (begun) await client.query('ROLLBACK');
      begun = true;
      for (const [vin, given] of late) rest.set(vin, given);
      opened = await open(client, rest, context);
    }
    await store(client, rest, { rejected, awaited, ...opened }, context, outcome);
    await client.query('COMMIT');
  } catch (error) {
    if (begun) await client.query('ROLLBACK');
    throw error;
  }
  return outcome;
}

/** Messages of these vehicles to be looked at whole: reports that were recognised by their bytes are parsed. */
function foldable(
  byVin: ByVin<VehicleMessage>,
  vins: Iterable<string>,
  names: TopicNames,
): ByVin<FoldableMessage> {
  const result: ByVin<FoldableMessage> = new Map();
  for (const vin of vins) {
    for (const message of byVin.get(vin) ?? []) {
      const whole = message.kind === 'unchanged' ? parseMessage(names, message.raw) : message;
      if (whole.kind !== 'rejected' && whole.kind !== 'unchanged') pushTo(result, vin, whole);
    }
  }
  return result;
}

/** Begins the transaction and locks its vehicles. */
async function open(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  context: IngestContext,
): Promise<Opened> {
  const reporting = [...byVin].flatMap(([vin, messages]) =>
    messages.some((message) => message.kind === 'report') ? [vin] : [],
  );
  const [, vehicles, mayJoin] = await allSettled([
    client.query('BEGIN'),
    lockKnown(client, byVin, reporting, context),
    reporting.length > 0 ? context.remembered?.screen.load(client) : undefined,
  ]);
  return { vehicles, mayJoin };
}

async function store(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  { rejected, awaited, vehicles, mayJoin }: Opened & { rejected: Rejected[]; awaited: Inventory[] },
  context: IngestContext,
  outcome: BatchOutcome,
): Promise<void> {
  const unknown = rejectUnknown(byVin, vehicles);
  const folded = await foldBatch(client, byVin, vehicles, context.now);
  const changes = [...folded.values()].map(({ changes: one }) => one);
  outcome.refused = [...rejected, ...unknown, ...changes.flatMap((change) => change.rejected)];
  const inventories = [...awaited, ...shownBy(folded, mayJoin)];
  const [, , applied] = await allSettled([
    writeFolded(client, folded),
    writeQuarantine(client, outcome.refused),
    applyToAssignments(client, folded, inventories, context),
  ]);
  note(folded, outcome);
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
  outcome.joins = inventories.some(({ changed, mayJoin: may }) => changed && may !== false);
}

/** What the vehicles show now, and whether any continuous campaign may take them as they are. */
function shownBy(folded: Folded, mayJoin: MayJoin | undefined): Inventory[] {
  return Array.from(folded.values()).flatMap(({ vehicle, changes: { inventory } }) => {
    if (!inventory) return [];
    const key = vehicle.configurationKey;
    if (!mayJoin || !inventory.changed || key === null) return [inventory];
    return [{ ...inventory, mayJoin: mayJoin(key, () => [...vehicle.ecus.values()]) }];
  });
}

/** What is left to do for each vehicle once the batch is committed. */
function note(folded: Folded, outcome: BatchOutcome): void {
  for (const [vin, { vehicle, changes, written }] of folded) {
    if (written !== 'none') outcome.changed.add(vin);
    if (changes.acknowledge > 0) outcome.acknowledge.set(vin, changes.acknowledge);
    if (changes.request) outcome.requests.set(vin, changes.request.minSequence);
    if (vehicle.fingerprint && changes.slice)
      outcome.known.push({ vin, slice: changes.slice, fingerprint: vehicle.fingerprint });
    if (vehicle.ecus.size > 0) outcome.stored.push(vehicle);
    outcome.counts.changes += changes.history.length;
  }
}

async function lockKnown(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  reporting: readonly string[],
  { now, remembered }: IngestContext,
): Promise<Map<string, VehicleRecord>> {
  if (byVin.size === 0) return new Map();
  const recall = (vehicle: Omit<VehicleRecord, 'ecus'>) => remembered?.ecus.take(vehicle);
  const vehicles = await lockVehicles(client, [...byVin.keys()], reporting, recall);
  const strangers = reporting.filter((vin) => !vehicles.has(vin));
  const registered = await registerUnknown(client, strangers, now);
  if (registered.length === 0) return vehicles;
  return new Map([...vehicles, ...(await lockVehicles(client, registered, [], recall))]);
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

function pushTo<Message>(map: ByVin<Message>, vin: string, message: Message): void {
  const list = map.get(vin);
  if (list) list.push(message);
  else map.set(vin, [message]);
}
