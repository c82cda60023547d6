import type { PoolClient } from 'pg';
import type { MayJoin } from '#lib/db/engine/join-screen.ts';
import { lockVehicles } from '#lib/db/ingest/load-vehicles.ts';
import { writeQuarantine } from '#lib/db/ingest/quarantine.ts';
import { registerUnknown } from '#lib/db/ingest/register-unknown.ts';
import { allSettled } from '#lib/db/together.ts';
import { applyToAssignments } from './apply-to-assignments.ts';
import { type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import type { FoldableMessage } from './fold/fold-vehicle.ts';
import type { Inventory, VehicleRecord } from './fold/vehicle-record.ts';
import { foldBatch } from './fold-batch.ts';
import type { ByVin, IngestContext } from './ingest-batch.ts';
import type { Rejected } from './messages.ts';
import { note, noteApplied, shownBy } from './outcome-of.ts';
import { reject } from './parse.ts';
import { writeFolded } from './write-folded.ts';

type Opened = { vehicles: Map<string, VehicleRecord>; mayJoin: MayJoin | undefined };

/** Begins the transaction and locks its vehicles. */
export async function open(
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

/** Folds the messages into the vehicles and writes what came of it; the transaction is left open. */
export async function store(
  client: PoolClient,
  byVin: ByVin<FoldableMessage>,
  { rejected, awaited, vehicles, mayJoin }: Opened & { rejected: Rejected[]; awaited: Inventory[] },
  context: IngestContext,
): Promise<BatchOutcome> {
  const outcome = emptyOutcome();
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
  await noteApplied(client, applied, inventories, context.now, outcome);
  return outcome;
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
