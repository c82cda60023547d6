import type { Alert } from '#lib/db/engine/raise-alert.ts';
import type { Prisma } from '#lib/db/generated/client.ts';
import type { AlertEvent } from '#lib/domain/alert-event.ts';

/**
 * Queues an alert to every enabled channel that wants the event, within the caller's transaction; the engine
 * delivers after the commit. Returns how many deliveries were queued.
 */
export async function raiseAlert(
  tx: Prisma.TransactionClient,
  event: AlertEvent,
  { subject, body }: Alert,
  now: Date,
): Promise<number> {
  const channels = await tx.alertChannel.findMany({
    where: { enabled: true, events: { has: event } },
    select: { id: true },
  });
  if (channels.length === 0) return 0;
  const content: Prisma.InputJsonObject = JSON.parse(JSON.stringify(body));
  const { count } = await tx.alertDelivery.createMany({
    data: channels.map(({ id }) => ({
      channelId: id,
      event,
      subject,
      body: content,
      nextAt: now,
      createdAt: now,
    })),
  });
  return count;
}
