import type { Prisma } from '#lib/db/generated/client.ts';
import { LIVE_CHANNEL, type LiveHint, type LiveSubject, MAX_HINT_KEYS } from '#lib/protocol/live-hint.ts';

/**
 * Tells open pages what a person changed; the hint leaves when, and only if, the transaction commits.
 * Without `vins` any vehicle may have changed, where the subject is vehicles.
 */
export async function announceChange(
  tx: Prisma.TransactionClient,
  subject: LiveSubject,
  vins?: readonly string[],
): Promise<void> {
  const hint: LiveHint = { subjects: [subject, 'audit'] };
  if (subject !== 'vehicle') hint.vins = [];
  else if (vins && vins.length <= MAX_HINT_KEYS) hint.vins = [...vins];
  if (subject !== 'campaign') hint.campaigns = [];
  await tx.$executeRaw`SELECT pg_notify(${LIVE_CHANNEL}, ${JSON.stringify(hint)})`;
}
