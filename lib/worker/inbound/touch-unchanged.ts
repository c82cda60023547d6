import type { PoolClient } from 'pg';
import { type Touch, type Touched, touchVehicles } from '#lib/db/ingest/touch.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import { skewOf } from './fold/fold-current.ts';
import type { Inventory } from './fold/vehicle-record.ts';
import type { HeartbeatMessage, UnchangedReport, VehicleMessage } from './messages.ts';

export type Touches = {
  byVin: ReadonlyMap<string, Touch>;
  /** Vehicles of the batch that a touch cannot stand for. */
  rest: string[];
  run(client: PoolClient): Promise<Touched>;
};

/** Tells the vehicles that say "nothing changed" from the others. */
export function planTouches(byVin: ReadonlyMap<string, readonly VehicleMessage[]>): Touches {
  const touches = new Map<string, Touch>();
  const rest: string[] = [];
  for (const [vin, messages] of byVin) {
    const one = touchOf(messages);
    if (one) touches.set(vin, one);
    else rest.push(vin);
  }
  return { byVin: touches, rest, run: (client) => touchVehicles(client, [...touches.values()]) };
}

/** Notes who was touched; returns the inventories that are waited for, and who has to be looked at whole. */
export function noteTouched(
  { byVin: touches }: Touches,
  { awaited, untouched }: Touched,
  byVin: ReadonlyMap<string, readonly VehicleMessage[]>,
  outcome: BatchOutcome,
): { awaited: Inventory[]; untouched: string[] } {
  const left = new Set(untouched);
  for (const [vin, { sequence }] of touches) {
    if (left.has(vin)) continue;
    if (byVin.get(vin)?.some((message) => message.kind === 'unchanged'))
      outcome.acknowledge.set(vin, sequence);
    outcome.seen.add(vin);
  }
  outcome.counts.touched += touches.size - left.size;
  const inventories = awaited.map(({ vin, epoch }) => {
    const sequence = touches.get(vin)?.sequence ?? 0;
    return { vin, epoch, sequence, changed: false };
  });
  return { awaited: inventories, untouched };
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
