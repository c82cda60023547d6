import type { z } from 'zod';
import type { Database } from '#lib/db/client.ts';
import type { Action } from '#lib/domain/permissions.ts';
import type { LiveHint } from '#lib/protocol/live-hint.ts';
import type { Plain } from './plain.ts';

export type LiveContext = { db: Database; now: () => Date };

/** Something a page shows and wants kept fresh: a named read that anyone with the permission may open. */
export type LiveView<Name extends string, Params extends z.ZodType, Value> = {
  name: Name;
  params: Params;
  /** Entry of the permission table that a subscriber needs. */
  action: Action;
  /** Whether rows of this view may have changed. Saying yes too often costs a read, no too often the truth. */
  affectedBy(hint: LiveHint, params: z.output<Params>): boolean;
  /** Whether its vehicles were heard of, and nothing else: `rereadAll` is enough then. */
  seenBy?(hint: LiveHint, params: z.output<Params>): boolean;
  /**
   * Reads again what moves when vehicles are heard of, of all these views at once. For each the value before with
   * what was read anew, other members being the very same; undefined where it has to be read whole.
   */
  rereadAll?(
    context: LiveContext,
    params: readonly z.output<Params>[],
    last: readonly Plain<Value>[],
  ): Promise<unknown[]>;
  /** Read again at this interval without a hint, for values that move with the clock. */
  everyMs?: number;
  /** Least time between two reads, for reads that are dear; 250 ms unless told. */
  leastMs?: number;
  /** Reads the view. The value goes through JSON: instants become ISO texts, a bigint is an error. */
  load(context: LiveContext, params: z.output<Params>): Promise<Value>;
};

/** Declares a view; put it into lib/live/views.ts to make it reachable. */
export function defineView<const Name extends string, Params extends z.ZodType, Value>(
  view: LiveView<Name, Params, Value>,
): LiveView<Name, Params, Value> {
  return view;
}

/** True if the hint may concern this vehicle. */
export function concernsVehicle(hint: LiveHint, vin: string): boolean {
  return hint.subjects.includes('vehicle') && (hint.vins === undefined || hint.vins.includes(vin));
}

/** True if the hint says that this vehicle was heard of. */
export function hasSeen(hint: LiveHint, vin: string): boolean {
  return hint.subjects.includes('seen') && (hint.seen === undefined || hint.seen.includes(vin));
}

/** True if the hint may concern this campaign. */
export function concernsCampaign(hint: LiveHint, campaignId: string): boolean {
  return (
    hint.subjects.includes('campaign') &&
    (hint.campaigns === undefined || hint.campaigns.includes(campaignId))
  );
}
