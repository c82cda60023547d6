import type { Pool } from 'pg';
import type { Database } from '#lib/db/client.ts';
import type { QuarantineReason } from '#lib/domain/quarantine-reason.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import { type AssignmentPort, campaignPort } from './assignment-port.ts';
import { addOutcome, type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import { isDatabaseFailure } from './database-failure.ts';
import { type IngestContext, ingestBatch } from './ingest-batch.ts';
import type { InboundMessage, RawMessage } from './messages.ts';
import { parseMessage, reject } from './parse.ts';

/**
 * Stores messages; one that cannot be stored is found by halving and put into quarantine with its error, the
 * rest of its batch is committed. Throws only where the database itself fails, then trying again may help.
 */
export async function ingestIsolating(
  pool: Pool,
  messages: readonly InboundMessage[],
  context: IngestContext,
): Promise<BatchOutcome> {
  const client = await pool.connect();
  let poison: unknown;
  try {
    const outcome = await ingestBatch(client, messages, context);
    client.release();
    return outcome;
  } catch (error) {
    const isFailure = isDatabaseFailure(error);
    client.release(isFailure ? error : undefined);
    if (isFailure) throw error;
    poison = error;
  }
  // Without the connection: the halves of a large batch go deeper than the pool is wide.
  return halve(poison, pool, messages, context);
}

async function halve(
  error: unknown,
  pool: Pool,
  messages: readonly InboundMessage[],
  context: IngestContext,
): Promise<BatchOutcome> {
  const [message] = messages;
  if (message === undefined) return emptyOutcome();
  if (messages.length === 1) {
    // What fails even in quarantine has no bytes worth keeping; the error says what it was.
    if (message.kind === 'rejected') throw error;
    const detail = error instanceof Error ? error.message : String(error);
    const sequence = 'sequence' in message ? message.sequence : undefined;
    const poison = { ...reject(message.raw, 'processing_failed', detail, message.vin), sequence };
    return ingestIsolating(pool, [poison], context);
  }
  const middle = messages.length >> 1;
  const outcome = emptyOutcome();
  addOutcome(outcome, await ingestIsolating(pool, messages.slice(0, middle), context));
  addOutcome(outcome, await ingestIsolating(pool, messages.slice(middle), context));
  return outcome;
}

/** What became of one replayed message. */
export type ReplayOutcome =
  | { kind: 'stored' }
  | { kind: 'quarantined'; reason: QuarantineReason; detail: string };

/**
 * Processes stored bytes as if they were received at `now`; one outcome a message, in order. Needs no MQTT:
 * the vehicle's acknowledgment follows when it sends the message again.
 */
export async function ingestMessages(
  db: Database,
  messages: readonly Pick<RawMessage, 'topic' | 'payload' | 'qos'>[],
  options: { names: TopicNames; now: Date; port?: AssignmentPort },
): Promise<ReplayOutcome[]> {
  const { names, now, port = campaignPort } = options;
  const outcomes: ReplayOutcome[] = [];
  for (const message of messages) {
    const parsed = parseMessage(names, { ...message, receivedAt: now });
    const outcome = await ingestIsolating(db.pool, [parsed], { names, now, port, shard: 0 });
    const refusal = parsed.kind === 'rejected' ? parsed : outcome.refused[0];
    outcomes.push(
      refusal === undefined
        ? { kind: 'stored' }
        : { kind: 'quarantined', reason: refusal.reason, detail: refusal.detail },
    );
  }
  return outcomes;
}
