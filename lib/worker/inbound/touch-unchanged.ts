import type { PoolClient } from 'pg';
import { type Touch, type Touched, touchVehicles } from '#lib/db/ingest/touch.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import { skewOf } from './fold/fold-current.ts';
import type { Inventory } from './fold/vehicle-record.ts';
import type { HeartbeatMessage, UnchangedReport, VehicleMessage } from './messages.ts';

/** Touches what is unchanged and takes it out of `byVin`; returns the inventories that are waited for. */
export async function touchUnchanged(
  client: PoolClient,
  byVin: Map<string, VehicleMessage[]>,
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
