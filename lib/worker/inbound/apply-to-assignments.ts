import type { PoolClient } from 'pg';
import { joinApplied, nothingApplied, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import type { Inventory, VehicleChanges } from './fold/vehicle-record.ts';
import type { Folded } from './fold-batch.ts';
import type { IngestContext } from './ingest-batch.ts';

/** Tells the campaign engine what this batch says, within the batch's transaction. */
export async function applyToAssignments(
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
