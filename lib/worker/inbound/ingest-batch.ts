import type { PoolClient } from 'pg';
import type { JoinScreen } from '#lib/db/engine/join-screen.ts';
import { allSettled } from '#lib/db/together.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import type { AssignmentPort } from './assignment-port.ts';
import { addOutcome, type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import type { FoldableMessage } from './fold/fold-vehicle.ts';
import type { KnownEcus } from './known-ecus.ts';
import type { InboundMessage, Rejected, VehicleMessage } from './messages.ts';
import { parseMessage } from './parse.ts';
import { open, store } from './store-folded.ts';
import { storeVersions, takeVersioned } from './store-versions.ts';
import { noteTouched, planTouches } from './touch-unchanged.ts';

export type IngestContext = {
  names: TopicNames;
  port: AssignmentPort;
  /** Shard of the assignment counters that this worker writes. */
  shard: number;
  now: Date;
  /** What this worker remembers between batches; without it everything is read. */
  remembered?: { ecus: KnownEcus; screen: JoinScreen } | undefined;
};

export type ByVin<Message> = Map<string, Message[]>;

/**
 * Stores one batch: a single statement for the vehicles that say "nothing changed", a short transaction for those
 * that report other versions and are remembered, and one for all else; what goes first travels together. On return
 * everything is committed; on an error the transaction under way is undone and the batch may be given again, whole
 * or in parts, because every step is idempotent.
 */
export async function ingestBatch(
  client: PoolClient,
  messages: readonly InboundMessage[],
  context: IngestContext,
): Promise<BatchOutcome> {
  const outcome = emptyOutcome();
  const { byVin, rejected } = divide(messages);
  const touches = planTouches(byVin);
  const rest = foldable(byVin, touches.rest, context.names);
  const versioned = takeVersioned(rest, context, rejected.length);
  const left = rest.size + rejected.length;
  let begun = left > 0 && versioned.size === 0;
  try {
    const [touched, versions, early] = await allSettled([
      touches.run(client),
      versioned.size > 0 ? storeVersions(client, versioned, context) : undefined,
      begun ? open(client, rest, context) : undefined,
    ]);
    if (versions) addOutcome(outcome, versions.outcome);
    const { awaited, untouched } = noteTouched(touches, touched, byVin, outcome);
    const late = foldable(byVin, [...untouched, ...(versions?.missed ?? [])], context.names);
    if (left + late.size + awaited.length === 0) return outcome;
    let opened = early;
    if (late.size > 0 || !opened) {
      // Rows are locked in the order of VINs: with these among them it begins anew.
      if (begun) await client.query('ROLLBACK');
      begun = true;
      for (const [vin, given] of late) rest.set(vin, given);
      opened = await open(client, rest, context);
    }
    const stored = await store(client, rest, { rejected, awaited, ...opened }, context);
    await client.query('COMMIT');
    addOutcome(outcome, stored);
  } catch (error) {
    if (begun) await client.query('ROLLBACK');
    throw error;
  }
  return outcome;
}

function divide(messages: readonly InboundMessage[]) {
  const rejected: Rejected[] = [];
  const byVin: ByVin<VehicleMessage> = new Map();
  for (const message of messages) {
    if (message.kind === 'rejected') rejected.push(message);
    else pushTo(byVin, message.vin, message);
  }
  return { byVin, rejected };
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

function pushTo<Message>(map: ByVin<Message>, vin: string, message: Message): void {
  const list = map.get(vin);
  if (list) list.push(message);
  else map.set(vin, [message]);
}
