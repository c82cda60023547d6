import type { PoolClient } from 'pg';
import { concernedByChange, onInventory } from '#lib/db/engine/on-inventory.ts';
import { onPresence } from '#lib/db/engine/on-presence.ts';
import {
  type AppliedEvents,
  type ApplyOptions,
  applyAssignmentEvents,
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
  /** Of vehicles whose configuration has changed, those whose inventory must be told in this transaction. */
  concernedByChange(client: PoolClient, vins: readonly string[]): Promise<ReadonlySet<string>>;
  /** Vehicles that came or went: phase clocks, and offers that waited for them. */
  onPresence(
    client: PoolClient,
    changes: readonly PresenceChange[],
    options: ApplyOptions,
  ): Promise<AppliedEvents>;
};

/** The campaign engine of this backend. */
export const campaignPort: AssignmentPort = {
  applyEvents: applyAssignmentEvents,
  onInventory,
  concernedByChange,
  onPresence,
};
