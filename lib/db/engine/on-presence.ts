import type pg from 'pg';
import { DISPATCHED_STATES } from '#lib/domain/states.ts';
import {
  type AppliedEvents,
  type ApplyOptions,
  applyToRows,
  type OccurredEvent,
} from '#lib/services/apply-assignment-events.ts';
import { isOpen, lockAssignments } from './assignment-rows.ts';
import { unpark } from './unpark.ts';

export type ChangedPresence = { vin: string; kind: 'wentOnline' | 'wentOffline'; at: Date };

/**
 * Vehicles that came or went: phase clocks start or stand, and offers and cancellations that waited for a vehicle
 * are due. Within the caller's transaction, after `vehicle_states.online` is stored and while it is locked.
 */
export async function onPresence(
  client: pg.PoolClient,
  changes: readonly ChangedPresence[],
  options: ApplyOptions,
): Promise<AppliedEvents> {
  const vins = [...new Set(changes.map(({ vin }) => vin))];
  const rows = await lockAssignments(
    client,
    `vin = ANY($1) AND (state = 'pending' OR cancel_due_at IS NOT NULL OR state = ANY($2))`,
    [vins, DISPATCHED_STATES],
  );
  const byVin = Map.groupBy(
    rows.filter((row) => isOpen(row.snapshot.state)),
    ({ vin }) => vin,
  );
  const events = changes.flatMap(({ vin, kind, at }) =>
    (byVin.get(vin) ?? []).map(
      ({ campaignId }): OccurredEvent => ({ vin, campaignId, event: { kind }, receivedAt: at }),
    ),
  );
  const applied = await applyToRows(client, rows, events, options);
  const last = new Map(changes.map(({ vin, kind }) => [vin, kind]));
  const online = rows.map(({ vin }) => vin).filter((vin) => last.get(vin) === 'wentOnline');
  const woken = await unpark(client, online, options.now);
  const cancelling = rows.filter((row) => row.cancelDueAt !== null && last.get(row.vin) === 'wentOnline');
  if (cancelling.length > 0) {
    await client.query(
      'UPDATE assignments SET cancel_due_at = $2 WHERE vin = ANY($1) AND cancel_due_at > $2',
      [cancelling.map(({ vin }) => vin), options.now],
    );
  }
  return { ...applied, wake: applied.wake || woken || cancelling.length > 0 };
}
