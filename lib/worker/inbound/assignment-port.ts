import type { PoolClient } from 'pg';
import {
  type AppliedEvents,
  type ApplyOptions,
  applyAssignmentEvents,
  nothingApplied,
  type OccurredEvent,
} from '#lib/services/apply-assignment-events.ts';
import type { Inventory } from './fold/vehicle-record.ts';

export type PresenceChange = { vin: string; kind: 'wentOnline' | 'wentOffline'; at: Date };

/** What inbound messages mean for campaigns: the door from ingest into the campaign engine. */
export type AssignmentPort = {
  /** Statuses and receipts; every status leaves exactly one timeline row. */
  applyEvents(
    client: PoolClient,
    events: readonly OccurredEvent[],
    options: ApplyOptions,
  ): Promise<AppliedEvents>;
  /** What vehicles show now: proof, regression, offers that waited for their vehicle, campaigns to join. */
  onInventory(
    client: PoolClient,
    inventories: readonly Inventory[],
    options: ApplyOptions,
  ): Promise<AppliedEvents>;
  /** Vehicles that came or went: phase clocks, and offers that waited for them. */
  onPresence(
    client: PoolClient,
    changes: readonly PresenceChange[],
    options: ApplyOptions,
  ): Promise<AppliedEvents>;
};

/** Statuses and receipts only, for a process without campaigns of its own. */
export const eventsOnly: AssignmentPort = {
  applyEvents: applyAssignmentEvents,
  onInventory: async () => nothingApplied(),
  onPresence: async () => nothingApplied(),
};
