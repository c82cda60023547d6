import { z } from 'zod';
import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
// biome-ignore lint/style/noRestrictedImports: a replay is ingest of stored bytes, which needs no MQTT.
import { ingestMessages, type ReplayOutcome } from '#lib/worker/inbound/ingest-messages.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { QuarantineId } from './dismiss-quarantine.ts';

export type QuarantineReplay = {
  id: string;
  stored: number;
  /** Messages that were refused again; they stand in a new row. */
  refused: { reason: string; detail: string }[];
};

/**
 * Gives the messages that were kept of a quarantine row to the worker's ingest again, oldest first, as if they
 * were received now. What is refused again makes a new row. A replay that was cut off can be repeated.
 */
export const replayQuarantine = defineService({
  action: 'quarantine.replay',
  input: z.object({ id: QuarantineId }),
  run: (ctx, { id }) => replayRow(ctx, id),
});

/** `replayQuarantine` for a caller who has checked the permission. */
export async function replayRow(ctx: ServiceContext, id: bigint): Promise<QuarantineReplay> {
  const messages = await claim(ctx, id);
  const whole = messages.filter((message) => message.payload.length === message.payloadBytes);
  const outcomes = await ingestMessages(
    ctx.db,
    whole.map(({ topic, qos, payload }) => ({ topic, qos: qosOf(qos), payload: Buffer.from(payload) })),
    { names: ctx.topics ?? TopicNames.parse({}), now: ctx.now() },
  );
  const results = new Map(whole.map((message, index) => [message.id, outcomes[index]]));
  await ctx.db.prisma.$transaction(async (tx) => {
    for (const message of messages) {
      await tx.quarantineMessage.updateMany({
        where: { id: message.id },
        data: { replayedAt: ctx.now(), outcome: sentenceOf(results.get(message.id)) },
      });
    }
    await announceChange(tx, 'quarantine');
    await announceChange(tx, 'vehicle');
  });
  const refused = outcomes.flatMap((outcome) => (outcome.kind === 'quarantined' ? [outcome] : []));
  return {
    id: id.toString(),
    stored: outcomes.length - refused.length,
    refused: refused.map(({ reason, detail }) => ({ reason, detail })),
  };
}

/** Closes the row before its messages go in again, so that a new refusal does not join the row itself. */
async function claim(ctx: ServiceContext, id: bigint) {
  return ctx.db.prisma.$transaction(async (tx) => {
    const at = ctx.now();
    const row = await tx.quarantine.findUnique({ where: { id } });
    if (!row) throw new NotFoundError('There is no such quarantine row.', { id: id.toString() });
    const claimed = await tx.quarantine.updateMany({
      where: { id, OR: [{ state: 'open' }, { state: 'replayed', messages: { some: { replayedAt: null } } }] },
      data: { state: 'replayed', closedAt: at, closedBy: ctx.actor.name },
    });
    if (claimed.count === 0) throw new ConflictError('This quarantine row is closed.', { id: id.toString() });
    const messages = await tx.quarantineMessage.findMany({
      where: { quarantineId: id, replayedAt: null },
      orderBy: { id: 'asc' },
    });
    await recordAudit(tx, {
      actor: ctx.actor,
      at,
      action: 'quarantine.replay',
      subject: { type: 'quarantine', id: id.toString() },
      before: { state: row.state, source: row.source, reason: row.reason },
      after: { state: 'replayed', messages: messages.length },
    });
    return messages;
  });
}

function sentenceOf(outcome: ReplayOutcome | undefined): string {
  if (outcome === undefined) return 'only a part of it was kept';
  return outcome.kind === 'stored' ? 'stored' : `${outcome.reason}: ${outcome.detail}`;
}

function qosOf(qos: number): 0 | 1 | 2 {
  return qos === 0 || qos === 2 ? qos : 1;
}
