import type { PoolClient } from 'pg';
import type { MayJoin } from '#lib/db/engine/join-screen.ts';
import { claimReportRequests } from '#lib/db/ingest/write-vehicles.ts';
import type { AppliedEvents } from '#lib/services/apply-assignment-events.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import { REQUEST_INTERVAL_MS } from './fold/fold-vehicle.ts';
import type { Inventory } from './fold/vehicle-record.ts';
import type { Folded } from './fold-batch.ts';

/** What the vehicles show now, and whether any continuous campaign may take them as they are. */
export function shownBy(folded: Folded, mayJoin: MayJoin | undefined): Inventory[] {
  return Array.from(folded.values()).flatMap(({ vehicle, changes: { inventory } }) => {
    if (!inventory) return [];
    const key = vehicle.configurationKey;
    if (!mayJoin || !inventory.changed || key === null) return [inventory];
    return [{ ...inventory, mayJoin: mayJoin(key, () => [...vehicle.ecus.values()]) }];
  });
}

/** What is left to do for each vehicle once the batch is committed. */
export function note(folded: Folded, outcome: BatchOutcome): void {
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

/** What the campaign engine wants done once the batch is committed; vehicles to be asked are claimed now. */
export async function noteApplied(
  client: PoolClient,
  applied: AppliedEvents,
  inventories: readonly Inventory[],
  now: Date,
  outcome: BatchOutcome,
): Promise<void> {
  const asked = await claimReportRequests(client, applied.reportRequests, now, REQUEST_INTERVAL_MS);
  for (const vin of asked) outcome.requests.set(vin, undefined);
  outcome.campaigns = applied.campaigns;
  outcome.wake = applied.wake;
  outcome.joins = inventories.some(({ changed, mayJoin }) => changed && mayJoin !== false);
}
